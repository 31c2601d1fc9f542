import Foundation
import Synchronization
import TensorModule
import TestKit
import Testing

/// The side of a service that keeps count of questions, and kills the process that asks.
///
/// The process asks one question at a time. So an answer has been kept for good when the next question
/// comes, and of all answers only the last before a kill may not have arrived.
final class KillingService: Sendable {
  /// When a process is killed.
  struct Moment: Sendable {
    /// At which of its questions, from 0.
    var question: Int
    /// So many seconds after that question was answered; nothing means instead of an answer.
    var afterAnswer: Double?
  }

  private struct State {
    var moment: Moment?
    var process: Int32?
    var isDead = false
    var questions = 0
    var answered: [Data] = []
    /// The answer that was on its way when the process was killed.
    var unsure: Data?
    var kills = 0
    var lost = 0
    var repeated = 0
  }

  private let state = Mutex(State())

  /// How many processes were killed.
  var kills: Int { state.withLock(\.kills) }
  /// How many questions came again that had been answered, but for those of ``lost``.
  var repeated: Int { state.withLock(\.repeated) }
  /// How many answers were on their way when the process was killed, and never arrived.
  var lost: Int { state.withLock(\.lost) }
  /// The questions that were answered since the last ``forget()``.
  var answered: [Data] { state.withLock(\.answered) }

  /// Begins anew.
  func forget() { state.withLock { $0 = State() } }

  /// A process is about to start, which is to be killed at some moment, or never.
  func expect(_ moment: Moment?) {
    state.withLock { state in
      (state.moment, state.process, state.isDead, state.questions) = (moment, nil, false, 0)
    }
  }

  /// The process has started.
  func aim(at process: Int32) { state.withLock { $0.process = process } }

  /// Starts a command again and again and kills it at random moments, until it was killed often enough.
  ///
  /// - Parameters:
  ///   - arguments: the command's.
  ///   - count: how often.
  ///   - questions: at which of its questions it is killed at the latest.
  ///   - delay: how long after the answer it is killed at the latest, in seconds, where it is not killed before.
  ///   - seed: names the moments.
  func kill(
    _ arguments: [String], times count: Int, before questions: Int, within delay: Double,
    seed: UInt64
  ) throws {
    var numbers = RandomKey(seed: seed).part("moments").makeNumbers()
    while kills < count {
      let question = Int.random(in: 0..<questions, using: &numbers)
      let delay = Double.random(in: 0..<delay, using: &numbers)
      let isBefore = Bool.random(using: &numbers)
      expect(Moment(question: question, afterAnswer: isBefore ? nil : delay))
      let process = Process()
      process.executableURL = Command.executable
      process.arguments = arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      aim(at: process.processIdentifier)
      process.waitUntilExit()
      try #require(process.terminationReason == .uncaughtSignal, "it ended after \(kills) kills")
    }
    expect(nil)
  }

  /// Answers a question or kills who asks it.
  func reply(to question: Data, answer: FaultyServer.Reply) -> FaultyServer.Reply {
    // The first question may come before whoever started the process knows whom to kill.
    while state.withLock({ $0.moment != nil && $0.process == nil }) {
      Thread.sleep(forTimeInterval: 0.001)
    }
    return state.withLock { state in
      if state.isDead { return .silence }
      let number = state.questions
      state.questions += 1
      if let moment = state.moment, moment.question == number {
        guard let delay = moment.afterAnswer else {
          killProcess(&state)
          return .silence
        }
        Thread.detachNewThread { [self] in
          Thread.sleep(forTimeInterval: delay)
          self.state.withLock { killProcess(&$0) }
        }
      }
      if state.unsure == question {
        state.lost += 1
      } else if state.answered.contains(question) {
        state.repeated += 1
      }
      // Whether the answer before has arrived is known now.
      state.unsure = nil
      state.answered.append(question)
      return answer
    }
  }

  private func killProcess(_ state: inout State) {
    guard let process = state.process else { return }
    Foundation.kill(process, SIGKILL)
    state.unsure = state.answered.last
    state.isDead = true
    state.kills += 1
  }
}
