public import Evaluation
import Mustache

/// A page that shows what an attack did: the verdict, the counts, and every picture before and after.
///
/// The page is one HTML file. It needs no network and no script; its pictures are files beside it.
public struct Gallery: Hashable, Sendable {
  /// The heading of the page.
  public var title: String
  /// Paragraphs that say what was done, in plain text.
  public var introduction: [String]
  /// What was chosen: model, data, attack, ε, seed and so on.
  public var settings: [Setting]
  /// The parts of the page, such as one for each attack.
  public var sections: [Section]

  /// A page.
  public init(
    title: String, introduction: [String] = [], settings: [Setting] = [], sections: [Section]
  ) {
    self.title = title
    self.introduction = introduction
    self.settings = settings
    self.sections = sections
  }

  /// One line of the table of settings.
  public struct Setting: Hashable, Sendable {
    /// What was chosen, such as `ε`.
    public var name: String
    /// The choice, such as `8/255`.
    public var value: String

    /// A setting.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// One picture of a section.
  public struct Entry: Hashable, Sendable {
    /// What happened to the picture.
    public var record: SampleRecord
    /// The comparison picture's file, relative to the page, with `/` between folders.
    ///
    /// An entry without one is in the table but has no card.
    public var picturePath: String?

    /// An entry.
    public init(_ record: SampleRecord, picturePath: String? = nil) {
      self.record = record
      self.picturePath = picturePath
    }
  }

  /// One part of the page.
  public struct Section: Hashable, Sendable {
    /// The heading, such as the attack's name.
    public var title: String
    /// Paragraphs that say what the part shows, in plain text.
    public var explanation: [String]
    /// The counts over all pictures of the part, also those without an entry; nothing for a part
    /// that only explains or has only charts.
    public var counts: Counts?
    /// Charts, above the pictures.
    public var charts: [LineChart]
    /// The pictures that are shown.
    public var entries: [Entry]

    /// A part with its counts given: for runs of which only some pictures are shown.
    public init(
      title: String, explanation: [String] = [], counts: Counts?, charts: [LineChart] = [],
      entries: [Entry] = []
    ) {
      self.title = title
      self.explanation = explanation
      self.counts = counts
      self.charts = charts
      self.entries = entries
    }

    /// A part that shows all of its pictures.
    public init(
      title: String, explanation: [String] = [], charts: [LineChart] = [],
      showingAll entries: [Entry]
    ) {
      self.init(
        title: title, explanation: explanation, counts: Counts(of: entries.map(\.record.outcome)),
        charts: charts, entries: entries)
    }
  }
}

extension Gallery {
  /// The page, ready to be written as `index.html` in UTF-8.
  public var html: String { GalleryTemplate.template.render(GalleryView(self)) }

  /// The page's outcome in one sentence; nothing where no section has counts.
  ///
  /// It is the outcome of the only section with counts, or of the one where the model did worst.
  public var verdict: String? {
    let counted = sections.compactMap { section in
      section.counts.map { (title: section.title, counts: $0) }
    }
    let worst = counted.min {
      ($0.counts.robustAccuracy ?? .infinity) < ($1.counts.robustAccuracy ?? .infinity)
    }
    guard let worst else { return nil }
    if counted.count == 1 { return worst.counts.verdict }
    return "Worst case, \(worst.title): \(worst.counts.verdictClause)."
  }
}
