import Foundation
import Imaging
import ProgramFormats
import ThreatModels

extension SubstituteFolder {
  /// Pictures that the service was asked about together, in one picture for people to look at.
  enum Sheet {
    /// The seeds that are not learned from.
    case heldOut
    /// What a round asked about.
    case round(Int)

    /// What the file's name begins with; how many there are follows.
    var stem: String {
      switch self {
      case .heldOut: "held-out"
      case .round(let number): String(format: "round-%02d", number)
      }
    }
  }

  /// What the names of sheets end with of which the budget left out pictures.
  private static let cutEnd = "-cut.png"

  /// Keeps pictures that the service is about to be asked about, if there are any, in place of those that were kept
  /// under the name.
  ///
  /// - Parameter isCutShort: whether the budget left out some.
  func keep(
    _ pictures: [Picture], as sheet: Sheet, isCutShort: Bool = false
  ) throws(SubstituteError) {
    let end = isCutShort ? Self.cutEnd : ".png"
    let name = "\(sheet.stem)-\(pictures.count)\(end)"
    let path = "\(roundsPath)/\(name)"
    if pictures.isEmpty { return }
    let earlier = self.name(of: sheet)
    do {
      try write(Data(PictureSheet(pictures).drawn().pngData()), to: path)
      if let earlier, earlier != name {
        try FileManager.default.removeItem(atPath: "\(roundsPath)/\(earlier)")
      }
    } catch let error as SubstituteError {
      throw error
    } catch {
      throw .unwritable(path, "\(error)")
    }
  }

  /// The file of a sheet; one that is whole, if there are both.
  private func name(of sheet: Sheet) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: roundsPath)) ?? []
    let found = names.filter {
      $0.hasPrefix(sheet.stem + "-") && $0.hasSuffix(".png") && !FileReplacement.isLeftover($0)
    }
    return found.first { !$0.hasSuffix(Self.cutEnd) } ?? found.first
  }

  /// Whether the budget left out pictures of a sheet when it was made.
  func isCutShort(_ sheet: Sheet) -> Bool { name(of: sheet)?.hasSuffix(Self.cutEnd) ?? false }

  /// The pictures of a sheet; nothing if it is not there.
  func pictures(_ sheet: Sheet, shape: ImageShape) throws(SubstituteError) -> [Picture]? {
    let start = sheet.stem + "-"
    guard let name = name(of: sheet) else { return nil }
    let end = name.hasSuffix(Self.cutEnd) ? Self.cutEnd : ".png"
    let path = "\(roundsPath)/\(name)"
    // Together the pictures of a round may be larger than any picture that a stranger may bring.
    guard let count = Int(name.dropFirst(start.count).dropLast(end.count)), count > 0,
      let size = PictureSheet.pixelCount(of: count, each: shape.width, shape.height),
      let data = FileManager.default.contents(atPath: path),
      let sheet = try? Picture(decoding: [UInt8](data), maximumPixels: size),
      let pictures = PictureSheet(
        reading: sheet, count: count, width: shape.width, height: shape.height,
        channels: shape.channels)
    else { throw .damaged(path, "it is not the sheet of pictures that its name says") }
    return pictures.pictures
  }
}
