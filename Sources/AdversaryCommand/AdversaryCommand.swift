import Adversary
import ArgumentParser

/// The command `adversary`.
@main
struct AdversaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adversary",
    abstract: "Can a picture that looks the same fool my model, and how easily?",
    discussion: """
      Attacks image classifiers, .pt2 files that PyTorch exported and ONNX files, shows which \
      pictures fool them, and hardens them.

      Results go to standard output, progress to standard error. Exit codes: 0 done; 1 a check \
      failed; 64 wrong usage; 65 bad input data; 66 missing input; 69 something is not there, \
      such as memory; 70 a bug of ours.
      """,
    version: "0.1.0",
    subcommands: [
      Attack.self, Evaluate.self, Train.self, Verify.self, Report.self, Transfer.self,
      Certify.self, Corruptions.self, Substitute.self, Serve.self, Attacks.self, Inspect.self,
      Convert.self,
      Reproduce.self,
      Demo.self,
    ])

  /// Parses the command line and runs it; every failure becomes one sentence and an exit code.
  static func main() {
    Engine.keepFreedMemory()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as CommandFailure {
      failure.exit()
    } catch let error as ExitCode {
      exit(withError: error)
    } catch {
      if let failure = CommandFailure(error) { failure.exit() }
      // What the parser does not know either is nobody's wrong usage.
      guard exitCode(for: error) == .failure else { exit(withError: error) }
      CommandFailure(.ourBug, "this should not happen, please report it: \(error)").exit()
    }
  }
}
