import TensorModule
import ThreatModels

/// The one owner of a model, which joins questions that come at about the same time.
///
/// The first question waits for others, at most for the window. All that wait go through the model in
/// one pass, as long as there are no more pictures than a batch may have.
actor BatchingModel {
  private let executor = ThreadExecutor(named: "model")
  private let maximumBatch: Int
  private let window: Duration
  private var model: ServedClassifier?
  private var waiting: [Question] = []
  /// Counts the passes that emptied the list, so that a window that ends late does nothing.
  private var round = 0
  /// How many passes through the model there were.
  private(set) var passes = 0

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// An owner without a model yet.
  init(maximumBatch: Int, window: Duration) {
    self.maximumBatch = maximumBatch
    self.window = window
  }

  /// Makes the model, on the thread that will use it.
  func load(_ make: @Sendable () throws -> ServedClassifier) throws -> ModelFacts {
    let made = try make()
    model = made
    return ModelFacts(made)
  }

  /// What the model says of pictures.
  ///
  /// - Throws: `EngineError` if the pass fails, and ``NoFiniteScores`` if these pictures' logits are
  ///   no finite numbers.
  func scores(of pictures: PixelBatch) async throws -> ClassScores {
    try await withCheckedThrowingContinuation { continuation in
      waiting.append(Question(pictures: pictures, continuation: continuation))
      if window <= .zero || waiting.reduce(0, { $0 + $1.pictures.count }) >= maximumBatch {
        answerAll()
      } else if waiting.count == 1 {
        Task { [round, window] in
          try? await Task.sleep(for: window)
          if round == self.round { answerAll() }
        }
      }
    }
  }

  private struct Question {
    let pictures: PixelBatch
    let continuation: CheckedContinuation<ClassScores, any Error>
  }

  private func answerAll() {
    round += 1
    while !waiting.isEmpty {
      var pictures = 0
      let fitting = waiting.prefix { question in
        pictures += question.pictures.count
        return pictures <= maximumBatch
      }
      // A question larger than a batch goes alone.
      let taken = Array(waiting.prefix(max(fitting.count, 1)))
      waiting.removeFirst(taken.count)
      answer(taken)
    }
  }

  private func answer(_ questions: [Question]) {
    guard let model else { preconditionFailure("a model is asked before it is loaded") }
    passes += 1
    do {
      let count = questions.reduce(0) { $0 + $1.pictures.count }
      let images = Tensor(
        questions.flatMap(\.pictures.pixels),
        shape: [count] + model.classifier.imageShape.sizes)
      let logits = try model.classifier.logits(of: images)
      let all = ClassScores(
        logits: logits.floats(), probabilities: logits.softmax().floats(),
        labels: logits.argmax(along: 1).integers())
      var start = 0
      for question in questions {
        let rows = start..<(start + question.pictures.count)
        start = rows.upperBound
        let own = all.rows(rows)
        if own.logits.allSatisfy(\.isFinite) {
          question.continuation.resume(returning: own)
        } else {
          question.continuation.resume(throwing: NoFiniteScores())
        }
      }
    } catch {
      for question in questions { question.continuation.resume(throwing: error) }
    }
  }
}

/// A model gave NaN or an infinity for some picture.
struct NoFiniteScores: Error {}

extension ClassScores {
  /// The part that is about some of the pictures.
  fileprivate func rows(_ rows: Range<Int>) -> ClassScores {
    let classes = logits.count / labels.count
    let numbers = (rows.lowerBound * classes)..<(rows.upperBound * classes)
    return ClassScores(
      logits: Array(logits[numbers]), probabilities: Array(probabilities[numbers]),
      labels: Array(labels[rows]))
  }
}
