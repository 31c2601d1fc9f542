import Evaluation
import Imaging
import Oracles
import TensorModule
import ThreatModels

/// What is said of a substitute, and what it is compared with: the folder, and the journal's answers.
struct SubstituteEvidence {
  let results: SubstituteResults
  let folder: SubstituteFolder
  private let journal: QueryJournal
  private let oracle: BudgetedOracle

  init(_ results: SubstituteResults, in folder: SubstituteFolder, answeredBy journal: QueryJournal)
  {
    self.results = results
    self.folder = folder
    self.journal = journal
    oracle = BudgetedOracle(
      RecordedModel(of: journal), budget: QueryBudget(limit: 0), journal: journal)
  }

  var imageShape: ImageShape { oracle.imageShape }

  var classCount: Int { oracle.classCount }

  /// The journal's answers about pictures; about the first of them if there are no more.
  ///
  /// - Parameter pictures: in the service's shape.
  func answers(about pictures: [Picture]) throws -> [Int] {
    try oracle.answers(about: pictures, isPartAllowed: true)
  }

  /// The journal's answer to a question; nothing if there is none.
  func answer(to question: QueryDigest) throws -> Int? {
    try journal.answer(to: question)?.label
  }

  /// The question that is put when a picture is sent.
  ///
  /// - Parameter picture: in the service's shape.
  func question(about picture: Picture) throws -> QueryDigest {
    try oracle.questions(about: [picture])[0]
  }
}
