import Evaluation
import Foundation

/// A page as the template wants it: only text, and lists of text.
///
/// Every text that can come from a stranger passes through `typeset` here; the template escapes it.
/// The template looks for a name in the surrounding value where the inner one has nothing, so no
/// optional property shares its name with one further out.
struct GalleryView {
  let title: String
  let style = GalleryStyle.source
  let verdict: String?
  let introduction: [String]
  let settings: [Setting]
  let hasSettings: Bool
  let hasOverview: Bool
  let sections: [Section]

  struct Setting {
    let name, value: String
  }

  init(_ gallery: Gallery) {
    let counted = gallery.sections.count { $0.counts != nil }
    title = gallery.title.typeset
    verdict = gallery.verdict?.typeset
    introduction = gallery.introduction.map(\.typeset)
    settings = gallery.settings.map { Setting(name: $0.name.typeset, value: $0.value.typeset) }
    hasSettings = !gallery.settings.isEmpty
    hasOverview = counted > 1
    sections = gallery.sections.enumerated().map { index, section in
      Section(section, anchor: "part-\(index + 1)", repeatsVerdict: counted > 1)
    }
  }
}

extension GalleryView {
  struct Section {
    let anchor: String
    let title: String
    let explanation: [String]
    let partVerdict: String?
    let tally: TallyView?
    let charts: [LineChartView]
    let rows: [Row]
    let hasRows: Bool
    let cards: [Row]
    let hasCards: Bool

    init(_ section: Gallery.Section, anchor: String, repeatsVerdict: Bool) {
      self.anchor = anchor
      title = section.title.typeset
      explanation = section.explanation.map(\.typeset)
      partVerdict = repeatsVerdict ? section.counts?.verdict.typeset : nil
      tally = section.counts.map(TallyView.init)
      charts = section.charts.map(LineChartView.init)
      rows = section.entries.map(Row.init)
      hasRows = !rows.isEmpty
      cards = rows.filter { $0.path != nil }
      hasCards = !cards.isEmpty
    }
  }

  struct Row {
    let name, label: String
    let target: String?
    let before, beforeConfidence: String
    let after, afterConfidence: String?
    let maximum, l2: String
    let word, kind: String
    let path: String?

    init(_ entry: Gallery.Entry) {
      let record = entry.record
      name = record.name.typeset
      label = record.labelName.typeset
      target = record.targetName?.typeset
      before = record.clean.className.typeset
      beforeConfidence = record.clean.confidence.asPercentage.typeset
      after = record.adversarial?.className.typeset
      afterConfidence = record.adversarial?.confidence.asPercentage.typeset
      maximum = record.distances?.maximumInPixels.shortText ?? "–"
      l2 = record.distances?.l2.twoDecimals ?? "–"
      word = record.outcome.word
      kind = record.outcome.rawValue
      path = entry.picturePath?.asRelativeReference
    }
  }
}

extension String {
  /// A file's path as a reference that no browser takes for another host or scheme.
  fileprivate var asRelativeReference: String {
    let plain = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return split(separator: "/")
      .map { $0.addingPercentEncoding(withAllowedCharacters: plain) ?? "" }
      .joined(separator: "/")
  }
}
