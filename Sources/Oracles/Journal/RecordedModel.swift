public import ThreatModels

/// A model of which nothing is at hand but the answers in a journal; whatever else is asked is refused.
///
/// Behind a ``BudgetedOracle`` with a limit of no queries it gives the answers that were recorded.
public struct RecordedModel: QueriedModel {
  private let setup: QuerySetup
  /// None: nobody is asked.
  public let retryCount = 0

  /// The model that a journal's answers are from.
  public init(of journal: QueryJournal) { setup = journal.setup }

  /// Which model was asked and how.
  public var identity: OracleIdentity { setup.identity }
  /// The shape of one picture.
  public var imageShape: ImageShape { setup.imageShape }
  /// The number of classes.
  public var classCount: Int { setup.classCount }
  /// How pictures were sent.
  public var encoding: PictureEncoding { setup.encoding }
  /// What the scores of the answers are.
  public var scoreKind: ScoreKind? { setup.scoreKind }

  /// Refuses.
  ///
  /// - Throws: `OracleError.refused`, always.
  public func ask(
    about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
  ) throws(OracleError) {
    throw .refused("a journal has no answers to new questions")
  }
}
