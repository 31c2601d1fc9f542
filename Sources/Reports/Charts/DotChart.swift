/// Shares in rows: a dot for each value, with a line for its interval, on an axis from 0 to 100 %.
///
/// Series differ in colour and in their mark, and a row's first value is written beside it.
public struct DotChart: Hashable, Sendable {
  /// The title above the chart.
  public var title: String
  /// What the chart shows, for people who cannot see it and as a caption.
  public var summary: String
  /// What is measured.
  public var axisLabel: String
  /// What each value of a row is; four are told apart.
  public var series: [String]
  /// The rows from the top.
  public var rows: [Row]

  /// A chart.
  public init(
    title: String, summary: String, axisLabel: String, series: [String], rows: [Row]
  ) {
    self.title = title
    self.summary = summary
    self.axisLabel = axisLabel
    self.series = series
    self.rows = rows
  }

  /// One row.
  public struct Row: Hashable, Sendable {
    /// The name at the left.
    public var name: String
    /// One value for each series; what is not there is not drawn.
    public var values: [Value?]

    /// A row.
    public init(_ name: String, values: [Value?]) {
      self.name = name
      self.values = values
    }
  }

  /// One dot.
  public struct Value: Hashable, Sendable {
    /// The share, 0…1.
    public var share: Double
    /// The interval around it; nothing for a dot without a line.
    public var range: ClosedRange<Double>?

    /// A dot.
    public init(_ share: Double, range: ClosedRange<Double>? = nil) {
      self.share = share
      self.range = range
    }
  }
}
