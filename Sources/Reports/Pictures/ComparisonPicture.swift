public import Evaluation
public import Imaging

/// One picture that tells the story of an attack: original, perturbation and adversarial picture
/// side by side, with what the model says of them.
///
/// Small pictures are enlarged by a whole factor, so that every pixel stays a sharp square; large
/// ones keep their size.
public struct ComparisonPicture: Hashable, Sendable {
  /// The finished picture, in colour.
  public let picture: Picture
  /// The middle panel at its own size, with its amplification.
  public let perturbation: PerturbationPicture

  /// A comparison.
  ///
  /// - Parameters:
  ///   - original: The picture before the attack.
  ///   - adversarial: The picture after it.
  ///   - record: What the model says of both, and what became of the attack.
  ///   - budget: The L∞ budget ε in 8-bit steps, where there is one: it sets the amplification.
  /// - Precondition: both pictures have the same size and channels.
  public init(
    original: Picture, adversarial: Picture, record: SampleRecord, budget: Double? = nil
  ) {
    let perturbation = PerturbationPicture(
      original: original, adversarial: adversarial, budget: budget)
    let layout = ComparisonLayout(panelsOf: original)
    var sheet = Picture(
      width: layout.width, height: layout.height,
      filledWith: Colour.paper.samples(channels: 3))

    let panels = [original, perturbation.picture, adversarial]
    let titles = ["original", "perturbation ×\(perturbation.factor)", "adversarial"]
    for (index, (panel, title)) in zip(panels, titles).enumerated() {
      let left = layout.left(ofPanel: index)
      sheet.write(
        layout.faint.shortened(title, toWidth: layout.panelWidth),
        column: left, row: layout.margin, lettering: layout.faint)
      sheet.draw(panel, column: left, row: layout.panelTop, enlargedBy: layout.factor)
    }
    sheet.caption(record.clean, inPanel: 0, of: layout, colour: .ink)
    sheet.verdict(record, maximumChange: perturbation.maximumChange, of: layout)
    if let prediction = record.adversarial {
      sheet.caption(prediction, inPanel: 2, of: layout, colour: record.outcome.accent)
    }

    self.picture = sheet
    self.perturbation = perturbation
  }
}

extension Picture {
  /// Writes what the model says below a panel: the class, and below it the confidence.
  fileprivate mutating func caption(
    _ prediction: Prediction, inPanel panel: Int, of layout: ComparisonLayout, colour: Colour
  ) {
    let left = layout.left(ofPanel: panel)
    let strong = Lettering(scale: layout.scale, colour: colour)
    write(
      strong.shortened(prediction.className, toWidth: layout.panelWidth),
      column: left, row: layout.captionTop, lettering: strong)
    write(
      prediction.confidence.asPercentage,
      column: left, row: layout.captionTop + layout.lineHeight, lettering: layout.faint)
  }

  /// Writes the outcome as a badge below the middle panel, and the size of the change below it.
  fileprivate mutating func verdict(
    _ record: SampleRecord, maximumChange: Int, of layout: ComparisonLayout
  ) {
    let left = layout.left(ofPanel: 1)
    let padding = 3 * layout.scale
    let letters = Lettering(scale: layout.scale, colour: .paper)
    let word = record.outcome.word
    fill(
      columns: left..<left + letters.width(of: word) + 2 * padding,
      rows: layout.captionTop - padding..<layout.captionTop + letters.capitalHeight + padding,
      with: record.outcome.accent)
    write(word, column: left + padding, row: layout.captionTop, lettering: letters)

    let change = record.distances?.maximumInPixels.shortText ?? String(maximumChange)
    write(
      layout.faint.shortened("largest change \(change) px", toWidth: layout.panelWidth),
      column: left, row: layout.captionTop + layout.lineHeight, lettering: layout.faint)
  }
}
