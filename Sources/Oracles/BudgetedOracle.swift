public import TensorModule
public import ThreatModels

/// What attacks are given of a model that is queried: answers, as many as the budget allows.
///
/// Every picture is one query. One that was asked about before, in this run or an earlier one with the
/// same journal, or that stands twice in a batch, is answered free of charge. When not all new questions
/// of a batch can be paid for, those that can are asked, their answers are kept, and the call throws
/// `OracleError.budgetSpent`: whatever an attack does, it cannot go beyond the limit.
///
/// What is sent is what is asked about: a picture that is not on the grid of the encoding is rounded, and
/// ``statistics`` counts it. Answers come from bytes, so that no gradient passes. Not Sendable: one
/// thread uses it.
public final class BudgetedOracle: ScoreOracle, LabelOracle {
  /// How often the model was asked so far.
  public private(set) var statistics = QueryStatistics()
  /// What the service could have noticed from the pictures that it was asked about in this run.
  ///
  /// Those that the journal answered count too, since they were sent in an earlier run: each once, in the
  /// order in which attacks asked. So the same run has the same pattern, whatever was paid for before.
  public var pattern: QueryPattern { collector.pattern }
  /// The limit and the price.
  public let budget: QueryBudget
  private let model: any QueriedModel
  private let journal: QueryJournal
  private let report: (QueryStatistics) -> Void
  private var collector: QueryPatternCollector
  /// What this run has had answers to.
  private var answered: Set<QueryDigest> = []

  /// An oracle before a model.
  ///
  /// - Parameters:
  ///   - model: is asked.
  ///   - budget: how often.
  ///   - journal: made for the same model; the budget is for all runs that use it.
  ///   - pattern: how the pictures that are sent are compared; it must be empty.
  ///   - report: told whenever answers have come.
  /// - Precondition: the journal's setup is the model's.
  public init(
    _ model: any QueriedModel, budget: QueryBudget, journal: QueryJournal,
    noticing pattern: QueryPattern = QueryPattern(),
    report: @escaping (QueryStatistics) -> Void = { _ in }
  ) {
    precondition(
      journal.setup == QuerySetup(of: model, for: journal.setup.purpose),
      "the journal is another model's")
    self.model = model
    self.budget = budget
    self.journal = journal
    self.report = report
    collector = QueryPatternCollector(pattern)
    statistics.asked = journal.asked
  }

  /// Which model is asked, and how.
  public var setup: QuerySetup { journal.setup }

  /// The shape of one picture.
  public var imageShape: ImageShape { model.imageShape }

  /// The number of classes.
  public var classCount: Int { model.classCount }

  /// How many more queries may be asked; nothing if any number.
  public var queriesLeft: Int? { budget.limit.map { max(0, $0 - journal.asked) } }

  /// The questions that are put when pictures are sent, by which the journal knows them.
  ///
  /// - Parameter images: as for ``labels(of:)``.
  public func questions(about images: Tensor) throws(OracleError) -> [QueryDigest] {
    try model.encoding.encoded(images).map { QueryDigest(of: $0, to: model.identity) }
  }

  /// Whether the answers about pictures are in the journal, so that they cost nothing.
  ///
  /// - Parameter images: as for ``labels(of:)``.
  public func isAnswered(_ images: Tensor) throws(OracleError) -> [Bool] {
    var truths: [Bool] = []
    for question in try questions(about: images) {
      truths.append(
        try keeping { () throws(QueryJournalError) in
          try journal.answer(to: question) != nil
        })
    }
    return truths
  }

  /// The logits, or the logarithms of the probabilities.
  public func scores(of images: Tensor) throws(OracleError) -> Tensor {
    guard let kind = model.scoreKind else {
      throw .refused("the model gives labels alone: take an attack that needs no scores")
    }
    let answers = try answers(about: images)
    return Tensor(
      answers.flatMap { $0.logits(of: kind) ?? [] }, shape: [answers.count, classCount])
  }

  /// The predicted classes, as the model names them.
  public func labels(of images: Tensor) throws(OracleError) -> Tensor {
    Tensor(try answers(about: images).map(\.label))
  }

  private func answers(about images: Tensor) throws(OracleError) -> [Answer] {
    precondition(
      images.shape.count == 4 && Array(images.shape.dropFirst()) == imageShape.sizes,
      "\(images.shape) for pictures of \(imageShape)")
    let pictures = try model.encoding.encoded(images)
    let questions = pictures.map { QueryDigest(of: $0, to: model.identity) }
    var known: [QueryDigest: Answer] = [:]
    var open: [Question] = []
    var seen: Set<QueryDigest> = []
    for (row, question) in questions.enumerated() where seen.insert(question).inserted {
      let answer = try keeping { () throws(QueryJournalError) in
        try journal.answer(to: question)
      }
      if let answer {
        known[question] = answer
      } else {
        open.append((question, pictures[row]))
      }
    }
    let asked = open.prefix(queriesLeft ?? open.count)
    let new = newRows(of: questions, among: Set(known.keys).union(asked.map(\.question)))
    notice(new, of: images)
    statistics.rounded += new.count { pictures[$0].isRounded }
    defer { answered.formUnion(known.keys) }
    if !asked.isEmpty { try ask(Array(asked), &known) }
    if let limit = budget.limit, asked.count < open.count {
      throw .budgetSpent(asked: journal.asked, limit: limit)
    }
    statistics.wanted += pictures.count
    statistics.known += pictures.count - open.count
    report(statistics)
    return questions.compactMap { known[$0] }
  }

  /// A picture that is to be asked about.
  private typealias Question = (question: QueryDigest, picture: EncodedPicture)

  /// The questions that this run has not had answers to, if they are among some: each once.
  private func newRows(of questions: [QueryDigest], among asked: Set<QueryDigest>) -> [Int] {
    var seen = answered
    return questions.indices.filter {
      asked.contains(questions[$0]) && seen.insert(questions[$0]).inserted
    }
  }

  /// Takes note of some of the pictures.
  private func notice(_ rows: [Int], of images: Tensor) {
    if rows.isEmpty { return }
    let values = (images.detached().rows(rows) * 255).rounded().clamped(to: 0...255)
      .converted(to: .uint8).bytes()
    let size = values.count / rows.count
    for start in stride(from: 0, to: values.count, by: size) {
      collector.note(values[start..<(start + size)])
    }
  }

  private func ask(
    _ open: [Question], _ known: inout [QueryDigest: Answer]
  ) throws(OracleError) {
    var pending: Set<Int> = []
    defer { statistics.asked = journal.asked }
    do {
      try model.ask(about: open.map(\.picture)) { (places) throws(OracleError) in
        try keeping { () throws(QueryJournalError) in
          try journal.begin(places.map { open[$0].question })
        }
        pending.formUnion(places)
      } receive: { (places, answers) throws(OracleError) in
        pending.subtract(places)
        guard let answers else { return }
        precondition(places.count == answers.count, "\(answers.count) answers of \(places.count)")
        let found = zip(places, answers).map { (question: open[$0].question, answer: $1) }
        try keeping { () throws(QueryJournalError) in try journal.record(found) }
        for (question, answer) in found { known[question] = answer }
        statistics.asked = journal.asked
        report(statistics)
      }
      precondition(
        pending.isEmpty && open.allSatisfy { known[$0.question] != nil },
        "pictures without an answer or an error")
    } catch {
      try keeping { () throws(QueryJournalError) in
        try journal.takeBack(pending.sorted().map { open[$0].question })
      }
      throw error
    }
  }

  private func keeping<R>(
    _ body: () throws(QueryJournalError) -> R
  ) throws(OracleError) -> R {
    do {
      return try body()
    } catch {
      throw .unrecorded("\(error)")
    }
  }
}
