import Mustache

extension HeatMap {
  /// The grid as an SVG document, fit for a file of its own and for a place in a page.
  public var svg: String { HeatMapTemplate.template.render(HeatMapDrawing(self)) }
}

/// A heat map as the template wants it: every place computed, every number written.
private struct HeatMapDrawing {
  let title, summary, rowsLabel, columnsLabel: String
  let width, height, nameRight, labelsBaseline: String
  let columns: [Heading]
  let rows: [Row]
  let cellWidth, cellHeight: String

  struct Heading {
    let name, fullName, x, y: String
  }

  struct Row {
    let name, fullName, baseline: String
    let cells: [Cell]
  }

  struct Cell {
    let x, y, textX, baseline, text, description: String
    /// Nothing for a cell without a share.
    let fill, ink: String?
  }

  private static let cell = (width: 66.0, height: 38.0)
  private static let longestName = 22
  private static let columnWidth = 7.4

  init(_ map: HeatMap) {
    let (rowNames, columnNames) = (map.rows.map(\.safe), map.columns.map(\.safe))
    let rowTexts = rowNames.map { $0.shortened(toColumns: Self.longestName) }
    let columnTexts = columnNames.map { $0.shortened(toColumns: Self.longestName) }
    let longest = columnTexts.map(\.columns).max() ?? 0
    // Names of columns rise to the right at 40°: this is how far.
    let rise = Self.columnWidth * Double(longest) * 0.58
    let reach = Self.columnWidth * Double(longest) * 0.7
    let left = max(
      30 + Self.columnWidth * Double(rowTexts.map(\.columns).max() ?? 0),
      24 + Self.columnWidth * Double(map.rowsLabel.columns))
    let top = 66 + rise
    let gridWidth = Self.cell.width * Double(columnTexts.count)

    title = map.title.safe
    summary = map.summary.safe
    rowsLabel = map.rowsLabel.safe
    columnsLabel = map.columnsLabel.safe
    width = max(ChartMeasures.width, left + gridWidth + max(14, reach - 20)).shortText
    height = (top + Self.cell.height * Double(rowTexts.count) + 16).shortText
    nameRight = (left - 10).shortText
    labelsBaseline = (top - 8).shortText
    cellWidth = (Self.cell.width - 2).shortText
    cellHeight = (Self.cell.height - 2).shortText
    columns = columnTexts.indices.map { index in
      Heading(
        name: columnTexts[index], fullName: columnNames[index],
        x: (left + Self.cell.width * (Double(index) + 0.5)).shortText, y: (top - 8).shortText)
    }
    rows = rowTexts.indices.map { row in
      let y = top + Self.cell.height * Double(row)
      let baseline = (y + Self.cell.height / 2 + 4).shortText
      return Row(
        name: rowTexts[row], fullName: rowNames[row], baseline: baseline,
        cells: map.shares[row].enumerated().map { column, share in
          let x = left + Self.cell.width * Double(column)
          let shade = share.map { HeatMap.shade(of: $0) }
          return Cell(
            x: x.shortText, y: y.shortText,
            textX: (x + Self.cell.width / 2 - 1).shortText, baseline: baseline,
            text: share?.asPercentage ?? "–",
            description: "\(rowNames[row]), \(columnNames[column]): "
              + (share?.asPercentage ?? "no number"),
            fill: shade?.hexadecimal, ink: shade.map { HeatMap.lettering(on: $0).hexadecimal })
        })
    }
  }
}
