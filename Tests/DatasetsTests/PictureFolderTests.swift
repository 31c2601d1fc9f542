import Datasets
import Imaging
import Testing

@Suite("Folders of pictures")
struct PictureFolderTests {
  @Test("class folders are numbered by name, empty ones too")
  func classFolders() throws {
    let folder = try TemporaryFolder()
    try folder.write(pixel: 1, to: "b stop/9.png")
    try folder.write(pixel: 2, to: "b stop/10.PNG")
    try folder.write("no picture", to: "a/readme.txt")
    try folder.write(pixel: 3, to: "c/9.png")
    try folder.write(pixel: 4, to: ".hidden/9.png")
    try folder.write(pixel: 5, to: "c/.hidden.png")
    let data = try ClassFolders(folder: folder.path)
    #expect(data.classNames == ["a", "b stop", "c"])
    let samples = try (0..<data.count).map { try data.sample(at: $0) }
    #expect(samples.map(\.label) == [1, 1, 2])
    #expect(samples.map(\.picture.samples) == [[2], [1], [3]])
    #expect(samples.map(\.name) == ["b-stop-10", "b-stop-9", "c-9"])
  }

  @Test("names stay unique, also where case does not count")
  func names() throws {
    let folder = try TemporaryFolder()
    let paths = try ["1/a.png", "2/A.png", "3/a-2.png", "4/a.png", "5/Ü ✓.png", "6/…png"].map {
      try folder.write(pixel: 0, to: $0)
    }
    let data = try PictureFiles(paths)
    let names = try (0..<data.count).map { try data.sample(at: $0).name }
    #expect(names == ["a", "A-2", "a-2-2", "a-3", "Ü--", "-png"])
    #expect(try data.sample(at: 0).label == nil && data.classNames == nil)
  }

  @Test("files keep their order, folders are expanded")
  func files() throws {
    let folder = try TemporaryFolder()
    try folder.write(pixel: 2, to: "f/b.png")
    try folder.write(pixel: 1, to: "f/a.png")
    let single = try folder.write(pixel: 9, to: "z.dat")
    let data = try PictureFiles([single, "\(folder.path)/f"])
    let samples = try (0..<data.count).map { try data.sample(at: $0).picture.samples }
    #expect(samples == [[9], [1], [2]])
  }

  @Test("a folder without pictures, a missing path and a bad picture are told apart")
  func refuses() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    let empty = #expect(throws: DatasetError.self) { try PictureFiles([path]) }
    #expect(empty?.description == "“\(path)” has no PNG or JPEG pictures.")
    #expect(throws: DatasetError.self) { try ClassFolders(folder: path) }
    #expect(throws: DatasetError(.missing, path: "\(path)/none")) {
      try PictureFiles(["\(path)/none"])
    }
    let bad = try folder.write("no picture", to: "a/bad.png")
    let data = try ClassFolders(folder: path)
    #expect(throws: DatasetError(.picture(.notAPicture), path: bad)) { try data.sample(at: 0) }
  }
}
