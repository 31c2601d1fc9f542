/// Shares in a grid: each cell in a shade from light for 0 to dark for 1, with its number in it.
public struct HeatMap: Hashable, Sendable {
  /// The title above the grid.
  public var title: String
  /// What the grid shows, for people who cannot see it and as a caption.
  public var summary: String
  /// What the rows are.
  public var rowsLabel: String
  /// What the columns are.
  public var columnsLabel: String
  /// The names at the left.
  public var rows: [String]
  /// The names at the top.
  public var columns: [String]
  /// A share for each row and column, 0…1; what is not there gets a dash.
  public var shares: [[Double?]]

  /// A grid.
  ///
  /// - Precondition: there is one list of shares for each row, with one share for each column.
  public init(
    title: String, summary: String, rowsLabel: String, columnsLabel: String, rows: [String],
    columns: [String], shares: [[Double?]]
  ) {
    precondition(
      shares.count == rows.count && shares.allSatisfy { $0.count == columns.count },
      "a heat map has a share for each row and column")
    self.title = title
    self.summary = summary
    self.rowsLabel = rowsLabel
    self.columnsLabel = columnsLabel
    self.rows = rows
    self.columns = columns
    self.shares = shares
  }
}

extension HeatMap {
  /// The shade of a share: from nearly white to a dark blue, for every kind of colour vision.
  static func shade(of share: Double) -> Colour {
    let part = min(1, max(0, share))
    func mixed(_ light: Double, _ dark: Double) -> UInt8 {
      UInt8((light + part * (dark - light)).rounded())
    }
    return Colour(red: mixed(242, 0), green: mixed(247, 60), blue: mixed(251, 103))
  }

  /// Black or white, whichever can be read better on a shade.
  static func lettering(on shade: Colour) -> Colour {
    // Where the luminance is 0.179, black and white have the same contrast.
    shade.luminance > 0.179 ? Colour(grey: 0) : Colour(grey: 255)
  }
}
