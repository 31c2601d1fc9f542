import TensorModule

extension TrainingPlan {
  /// Some pictures as a step sees them: augmented, and blended if the plan says so.
  ///
  /// - Parameters:
  ///   - numbers: which pictures.
  ///   - pictures: where they are.
  ///   - classCount: how many classes the model has.
  ///   - epochKey: what the key of each picture is a part of.
  ///   - batchKey: what belongs to no single picture.
  func batch(
    of numbers: [Int], from pictures: PictureSet, classCount: Int, epochKey: RandomKey,
    batchKey: RandomKey
  ) throws(TrainingError) -> TrainingBatch {
    let keys = numbers.map { epochKey.part($0) }
    let images = augmentation(pictures.images(numbers), keys: keys)
    let labels = pictures.labels(numbers)
    guard let mixup else { return TrainingBatch(images: images, labels: labels, keys: keys) }
    do throws(EngineError) {
      let (blends, shares) = try mixup(
        images, labels: labels, classCount: classCount, key: batchKey)
      return TrainingBatch(images: blends, labels: labels, classShares: shares, keys: keys)
    } catch {
      throw .engine(error)
    }
  }
}
