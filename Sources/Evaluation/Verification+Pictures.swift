public import Datasets

extension Verification {
  /// Checks that the pictures in a journal, with their names and labels, are those that the setup has
  /// the digest of.
  ///
  /// Only a journal that holds all pictures can be checked; of another it is remarked upon.
  ///
  /// - Parameters:
  ///   - journal: of the evaluation.
  ///   - digest: the digest of pictures with their names and labels, as the setup has it.
  /// - Throws: ``VerificationError``, or what `digest` throws.
  public mutating func checkPictures(
    of journal: Journal, digest: (_ pictures: [LabelledPicture]) throws -> String
  ) throws {
    let count = journal.setup.data.count
    guard try journal.samples(in: 0..<count).count == count else {
      remarks.append("not all \(count) pictures are in the journal, so they were not identified")
      return
    }
    if try journal.digests(ofFirst: count, by: digest).contains(journal.setup.data.sha256) {
      return
    }
    discrepancies.append(
      Discrepancy(
        sample: "the journal",
        reason: "pictures, names or labels are not those that the run was begun with (SHA-256)"))
  }
}
