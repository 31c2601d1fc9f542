import Adversary

/// The pictures of a training run: some to learn from, some to judge by.
struct TrainingPictures {
  let training: PictureSet
  /// Nothing if no epoch is to be judged.
  let validation: PictureSet?
  let heldOutCount: Int
  let data: TrainingSetup.Data
  /// The set of its own that is judged by, if there is one.
  let validationData: TrainingSetup.Data?

  /// Reads all pictures.
  ///
  /// - Throws: ``CommandFailure`` when there are fewer pictures than a batch takes.
  init(
    of dataset: any Dataset, for model: LoadedModel, _ options: TrainingDataOptions, batchSize: Int,
    seed: UInt64
  ) throws {
    let classCount = model.classifier.classCount
    let pictures = try ModelPictures(of: dataset, for: model, sampling: options.sample)
    let count = min(options.first ?? pictures.count, pictures.count)
    heldOutCount = try options.heldOutCount(of: count)
    guard count - heldOutCount >= batchSize else {
      throw CommandFailure(
        .usage,
        "there are \(count - heldOutCount) pictures to learn from, fewer than one batch of "
          + "\(batchSize): choose a smaller --batch-size")
    }
    let (all, sha256) = try pictures.set(ofFirst: count, classCount: classCount)
    pictures.remarkOnClassesLeftOut(byFirst: count, seen: Set(all.labels))
    data = TrainingSetup.Data(
      path: options.data.absolutePath, split: options.split.rawValue, count: count, sha256: sha256)
    if let path = options.validationData {
      let others = try ModelPictures(of: openDataset(at: path, split: .test), for: model)
      let count = min(options.validation ?? others.count, others.count)
      let (set, sha256) = try others.set(ofFirst: count, classCount: classCount)
      validationData = TrainingSetup.Data(
        path: path.absolutePath, split: Split.test.rawValue, count: count, sha256: sha256)
      (training, validation) = (all, set)
    } else {
      validationData = nil
      (training, validation) =
        heldOutCount == 0 ? (all, nil) : all.parted(holdingOut: heldOutCount, seed: seed)
    }
  }
}
