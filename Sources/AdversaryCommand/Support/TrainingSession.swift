import Adversary
import ArgumentParser
import Foundation

/// A training run while somebody looks on: a line that moves, a line for each epoch, Ctrl-C.
struct TrainingSession {
  let run: TrainingRun
  let pictures: PictureSet
  let method: any TrainingMethod
  let validation: ValidationPictures?
  let monitor: TrainingMonitor

  /// Somebody wants the run to stop while the model is shown validation pictures.
  private struct StopWanted: Error {}

  /// Works until the run has ended.
  ///
  /// - Throws: `ExitCode` of 130 or 143 when somebody stopped it.
  func work() throws -> TrainingReport {
    let plan = run.setup.plan
    let batchCount = max(1, pictures.count / plan.batchSize)
    let total = plan.epochs * batchCount
    let doneBefore = run.batchesDone(ofEach: batchCount)
    let stop = StopRequest()
    let interruption = stop.watch(saying: "stopping after this batch; once more stops at once")
    if run.records.count > 0 && run.ending == nil {
      let place = run.isInsideEpoch ? "in" : "after"
      remark("going on \(place) epoch \(run.epochUnderWay) of \(plan.epochs)")
    }
    let line = ProgressLine("training", total: total, doneBefore: doneBefore)
    defer {
      line.finish()
      interruption.end()
    }
    var monitor = monitor
    var (epoch, said) = (0, run.records.count)
    let ending = try run.run(
      on: pictures, by: method,
      validating: validation.map { validation in
        { model in
          var scores = try validation.scores(of: model) { done in
            if stop.signal != nil { throw StopWanted() }
            line.show(
              done: epoch * batchCount, now: "validating, \(done)/\(validation.pictures.count)")
          }
          if epoch > 0 {
            line.finish()
            scores.warnings = try monitor.look(
              at: model, scores: scores, on: validation.pictures, in: run, epoch: epoch)
          }
          return scores
        }
      }, stopping: { stop.signal != nil },
      reporting: { progress in
        said = say(after: said, line)
        switch progress {
        case .validating(let number): epoch = number
        case .training(let progress, let pace):
          line.show(
            done: progress.epoch * batchCount + progress.batch,
            now: String(
              format: "epoch %d/%d, loss %.3f, %@, %.0f images/s", progress.epoch + 1, plan.epochs,
              progress.outcome.loss, progress.outcome.accuracy.asPercentage, pace))
        }
      })
    line.finish()
    _ = say(after: said, line)
    if ending == .interrupted {
      remark("stopped in epoch \(run.epochUnderWay); the same command goes on from here")
      throw ExitCode(128 + (stop.signal ?? SIGINT))
    }
    if ending == .stoppedEarly, let patience = run.setup.patience {
      remark("stopped early: no better epoch among the last \(patience)")
    }
    return TrainingReport(of: run, ending: ending)
  }

  /// Says a line for each epoch that is new.
  ///
  /// - Returns: how many records are said now.
  private func say(after count: Int, _ line: ProgressLine) -> Int {
    for record in run.records.dropFirst(count) {
      line.finish()
      var parts: [String] = []
      if let loss = record.loss, let accuracy = record.accuracy {
        parts.append(
          String(format: "loss %.4f", loss) + ", \(accuracy.asPercentage) of what was shown")
      }
      if let clean = record.cleanAccuracy, let robust = record.robustAccuracy {
        parts.append("validation \(clean.asPercentage) clean, \(robust.asPercentage) robust")
      }
      if let seconds = record.seconds { parts.append(String(format: "%.0f s", seconds)) }
      if parts.isEmpty { continue }
      let name = record.epoch == 0 ? "before training" : "epoch \(record.epoch)"
      remark("\(name): \(parts.joined(separator: "; "))")
    }
    return run.records.count
  }
}
