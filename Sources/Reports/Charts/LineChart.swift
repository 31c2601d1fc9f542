/// A line chart as plain SVG: a title, two axes with round ticks, lines named where they end.
///
/// Series differ in colour, in dashes and in markers, so that colour alone never carries a meaning.
/// The picture follows a reader's light or dark setting and is white on paper.
public struct LineChart: Hashable, Sendable {
  /// The title above the chart.
  public var title: String
  /// What the chart shows, for people who cannot see it and as a caption.
  public var summary: String
  /// The axis at the bottom.
  public var horizontalAxis: Axis
  /// The axis at the left.
  public var verticalAxis: Axis
  /// The lines; four are told apart at a glance, sixteen at all.
  public var series: [Series]

  /// A chart.
  public init(
    title: String, summary: String, horizontalAxis: Axis, verticalAxis: Axis, series: [Series]
  ) {
    self.title = title
    self.summary = summary
    self.horizontalAxis = horizontalAxis
    self.verticalAxis = verticalAxis
    self.series = series
  }

  /// What an axis measures and how.
  public struct Axis: Hashable, Sendable {
    /// The quantity, with its unit where it has one.
    public var label: String
    /// How values are spread along the axis.
    public var scale: Scale
    /// How ticks are written.
    public var notation: Notation
    /// The values at its ends; where there are none, round values around the data on a linear axis
    /// and the data's own ends on a logarithmic one.
    public var range: ClosedRange<Double>?

    /// An axis.
    public init(
      _ label: String, scale: Scale = .linear, notation: Notation = .number,
      range: ClosedRange<Double>? = nil
    ) {
      self.label = label
      self.scale = scale
      self.notation = notation
      self.range = range
    }
  }

  /// How values are spread along an axis.
  public enum Scale: Hashable, Sendable {
    /// Equal differences take equal room.
    case linear
    /// Equal ratios take equal room; values that are not positive are left out.
    case logarithmic
  }

  /// How the values of an axis are written.
  public enum Notation: Hashable, Sendable {
    /// As they are.
    case number
    /// Shares of 0…1 as percentages.
    case percentage
  }

  /// One line.
  public struct Series: Hashable, Sendable {
    /// The name, written where the line ends.
    public var name: String
    /// The points in the order in which the line joins them; those that are not finite are left out.
    public var points: [Point]
    /// Whether every point has a marker; without, the line is one curve.
    public var hasMarkers: Bool

    /// A line.
    public init(_ name: String, points: [Point], hasMarkers: Bool = true) {
      self.name = name
      self.points = points
      self.hasMarkers = hasMarkers
    }
  }

  /// One point of a line.
  public struct Point: Hashable, Sendable {
    /// Along the horizontal axis.
    public var x: Double
    /// Along the vertical axis.
    public var y: Double
    /// How far up and down `y` is uncertain, drawn as a band around the line; nothing for no band.
    public var range: ClosedRange<Double>?

    /// A point.
    public init(x: Double, y: Double, range: ClosedRange<Double>? = nil) {
      self.x = x
      self.y = y
      self.range = range
    }
  }
}
