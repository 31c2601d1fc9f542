import Adversary
import Foundation

/// A failure in one sentence, with the exit code that programs read.
struct CommandFailure: Error {
  /// The documented exit codes.
  enum Code: Int32 {
    case checkFailed = 1
    case usage = 64
    case badData = 65
    case missingInput = 66
    case unavailable = 69
    case ourBug = 70
  }

  let code: Code
  /// What went wrong.
  let sentence: String
  /// The options that help, in a clause; nothing if none does.
  var advice: String?

  init(_ code: Code, _ sentence: String, advice: String? = nil) {
    self.code = code
    self.sentence = sentence
    self.advice = advice
  }

  /// The failure that an error of one of the libraries means; nothing for other errors.
  init?(_ error: any Error) {
    switch error {
    case let error as FormatError:
      self.init(error.reason == .missing ? .missingInput : .badData, error.description)
    case let error as DatasetError: self.init(Self.code(of: error), error.description)
    case let error as ImagingError: self.init(Self.code(of: error), error.description)
    case let error as ProgramError: self.init(.badData, error.description)
    case let error as ThreatModelError: self.init(.usage, error.description)
    case let error as RunFolderError: self.init(Self.code(of: error), error.description)
    case let error as JournalError: self.init(Self.code(of: error), error.description)
    case let error as CatalogueError: self.init(.usage, error.description)
    case let error as InputTransformationError: self.init(.usage, error.description)
    case let error as ArchitectureError: self.init(.usage, error.description)
    case let error as OracleError: self.init(Self.code(of: error), Self.sentence(of: error))
    case let error as QueryJournalError: self.init(Self.code(of: error), error.description)
    case let error as DescriptionError: self.init(Self.code(of: error), error.description)
    case let error as EngineError: self.init(Self.code(of: error), error.description)
    case TrialError.engine(let error), VerificationError.engine(let error):
      self.init(Self.code(of: error), error.description)
    case TrialError.oracle(let error): self.init(Self.code(of: error), error.description)
    case TrialError.threat(let error): self.init(.usage, error.description)
    case let error as TrialError: self.init(.usage, error.description)
    case let error as TrainingError: self.init(Self.code(of: error), error.description)
    case let error as TrainingRunError: self.init(Self.code(of: error), error.description)
    case SubstituteError.oracle(let error): self.init(Self.code(of: error), error.description)
    case let error as SubstituteError: self.init(Self.code(of: error), error.description)
    case let error as ServerError: self.init(.unavailable, error.description)
    case VerificationError.journal(let error): self.init(Self.code(of: error), error.description)
    case VerificationError.folder(let error): self.init(Self.code(of: error), error.description)
    default: return nil
    }
  }

  /// Says the sentence and ends the process.
  func exit() -> Never {
    let words = [sentence, advice].compactMap(\.self).joined(separator: ": ")
    FileHandle.standardError.write(Data("adversary: \(words)\n".utf8))
    Foundation.exit(code.rawValue)
  }

  private static func code(of error: DatasetError) -> Code {
    switch error.reason {
    case .missing, .picture(.missing): .missingInput
    default: .badData
    }
  }

  private static func code(of error: RunFolderError) -> Code {
    switch error {
    case .missing: .missingInput
    case .occupied, .holdsRun, .unwritable: .usage
    case .noRoom: .unavailable
    case .malformed: .badData
    case .imaging(let error): code(of: error)
    }
  }

  private static func code(of error: ImagingError) -> Code {
    switch error.reason {
    case .missing: .missingInput
    case .unwritable: .unavailable
    default: .badData
    }
  }

  private static func code(of error: JournalError) -> Code {
    switch error {
    case .missing: .missingInput
    case .inUse, .noRoom: .unavailable
    case .malformed: .badData
    case .otherSetup, .unwritable: .usage
    }
  }

  private static func code(of error: TrainingError) -> Code {
    switch error {
    case .unlabelled, .noSuchClass, .wrongShape, .unfitCheckpoint: .badData
    case .notFinite, .method: .usage
    case .file(.missing): .missingInput
    case .file(.malformed): .badData
    case .file(.unwritable): .unavailable
    case .engine(let error): code(of: error)
    }
  }

  private static func code(of error: TrainingRunError) -> Code {
    switch error {
    case .occupied, .unwritable, .otherSetup: .usage
    case .notSaved, .inUse: .unavailable
    case .damaged: .badData
    }
  }

  private static func code(of error: OracleError) -> Code {
    switch error {
    case .engine(let error): code(of: error)
    case .unavailable, .refused, .unrecorded: .unavailable
    case .malformed: .badData
    case .budgetSpent, .unusable, .untold: .usage
    }
  }

  /// The sentence of the library, with the options that say what a service does not tell.
  private static func sentence(of error: OracleError) -> String {
    guard case .untold(let details, let sentence) = error else { return error.description }
    let options = details.map { detail in
      switch detail {
      case .imageShape: "--shape"
      case .classCount: "--class-count"
      case .layout: "--layout"
      case .output: "--service-output"
      }
    }
    return "\(sentence): give \(options.joined(separator: " and "))"
  }

  private static func code(of error: SubstituteError) -> Code {
    switch error {
    case .oracle(let error): code(of: error)
    case .budget, .occupied, .otherSetup: .usage
    case .inUse, .unwritable: .unavailable
    case .damaged: .badData
    }
  }

  private static func code(of error: QueryJournalError) -> Code {
    switch error {
    case .inUse, .unwritable: .unavailable
    case .malformed: .badData
    case .otherSetup: .usage
    }
  }

  private static func code(of error: DescriptionError) -> Code {
    switch error {
    case .missing: .missingInput
    case .malformed: .badData
    }
  }

  private static func code(of error: EngineError) -> Code {
    switch error.reason {
    case .outOfMemory: .unavailable
    case .refused, .noGradient: .badData
    case .unknownOperator, .unsuitableArgument: .ourBug
    }
  }
}
