import Adversary

/// The classes of a service: their names, and which of them the labels of a data set mean.
struct ServiceClasses {
  /// The names in the order of their numbers; nothing if nobody knows them.
  let names: [String]?
  /// How many there are.
  let count: Int
  private let numbers: [Int]?

  /// The classes of a service.
  ///
  /// Names are those that the user gives, or else the service's own, or else the data set's. Class folders are
  /// matched with the first two.
  ///
  /// - Parameters:
  ///   - model: the service.
  ///   - given: names from the user.
  ///   - dataset: whose labels are used; nothing if none are.
  /// - Throws: ``CommandFailure`` when some class folders are among the names and others are not.
  init(of model: any QueriedModel, named given: [String]?, labelling dataset: (any Dataset)?) throws
  {
    count = model.classCount
    let known = given ?? model.classNames
    names = known ?? dataset?.classNames
    guard let known, dataset is ClassFolders, let folders = dataset?.classNames else {
      numbers = nil
      return
    }
    let matches = folders.map { known.firstIndex(of: $0) }
    guard matches.contains(where: { $0 != nil }) else {
      guard folders.count == count else {
        throw CommandFailure(
          .badData,
          "the data set has \(folders.count) class folders and the service \(count) classes: name the "
            + "folders like the classes")
      }
      numbers = nil
      return
    }
    if let stray = zip(folders, matches).first(where: { $1 == nil }) {
      throw CommandFailure(.badData, "the class folder “\(stray.0)” is no class of the service")
    }
    numbers = matches.compactMap(\.self)
  }

  /// A picture of the data set, whose label is the service's class.
  func relabelled(_ sample: LabelledPicture) -> LabelledPicture {
    guard let numbers, let label = sample.label else { return sample }
    var sample = sample
    sample.label = numbers[label]
    return sample
  }

  /// What to call a class.
  func name(of number: Int) -> String {
    guard let names, names.indices.contains(number) else { return "class \(number)" }
    return names[number]
  }

  /// The class of a name or a number.
  ///
  /// - Throws: ``CommandFailure`` when there is none.
  func number(named text: String) throws -> Int {
    guard let number = names?.firstIndex(of: text) ?? Int(text), (0..<count).contains(number) else {
      throw CommandFailure(.usage, "there is no class “\(text)” among \(count)")
    }
    return number
  }
}
