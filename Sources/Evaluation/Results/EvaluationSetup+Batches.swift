extension EvaluationSetup {
  /// The numbers of the samples of each batch.
  var batches: [Range<Int>] {
    stride(from: 0, to: data.count, by: batchSize).map { $0..<min($0 + batchSize, data.count) }
  }

  /// The number of the first sample of the batch that a sample is in.
  func firstOfBatch(with sample: Int) -> Int { sample / batchSize * batchSize }
}
