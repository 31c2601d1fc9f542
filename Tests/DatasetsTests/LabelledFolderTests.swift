import Datasets
import Imaging
import Testing

@Suite("Folders with a CSV file")
struct LabelledFolderTests {
  @Test("columns in any order, quotes, line ends of any kind, a byte order mark")
  func opens() throws {
    let folder = try TemporaryFolder()
    try folder.write(pixel: 1, to: "a,b.png")
    try folder.write(pixel: 2, to: "in/say \"c\".png")
    try folder.write(pixel: 3, to: "d.png")
    let csv = try folder.write(
      "\u{FEFF}class,note, file\r\n 4,\"two\r\nlines\",\"a,b.png\"\r\n\r\n"
        + "0,,\"in/say \"\"c\"\".png\"\n7,x,d.png", to: "labels.csv")
    let data = try LabelledFolder(csv: csv)
    let samples = try (0..<data.count).map { try data.sample(at: $0) }
    #expect(samples.map(\.label) == [4, 0, 7])
    #expect(samples.map(\.picture.samples) == [[1], [2], [3]])
    #expect(samples.map(\.name) == ["a-b", "say--c-", "d"])
    #expect(data.classNames == nil)
  }

  @Test(
    "malformed lists are refused with the line",
    arguments: [
      ("", "has no columns in line 1"),
      ("file,label\na.png,1\n", "has no column “class”"),
      ("file,class\n", "lists no pictures"),
      ("file,class\na.png\n", "has 1 fields in place of 2 in line 2"),
      ("file,class\n\na.png,1,2\n", "has 3 fields in place of 2 in line 3"),
      ("file,class\na.png,one\n", "has “one” in place of a class number from 0 in line 2"),
      ("file,class\na.png,-1\n", "has “-1” in place"),
      ("note,file,class\n\"two\nlines\",a.png,1\n,a.png,-1\n", "from 0 in line 4"),
      ("file,class\na.png,3\n", "has class 3, and the last class is 2, in line 2"),
      ("file,class\n\"a.png,1\n", "opens a quote that is never closed in line 2"),
      ("file,class\n\"a\"b,1\n", "has text after a closing quote in line 2"),
      ("file,class\n../a.png,1\n", "not a path within its folder, in line 2"),
      ("file,class\nin/../../a.png,1\n", "not a path within its folder"),
      ("file,class\n/a.png,1\n", "not a path within its folder"),
      ("file,class\n,1\n", "not a path within its folder"),
      ("file,class\nnone.png,1\n", "none.png” does not exist"),
    ])
  func refuses(text: String, says: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(pixel: 0, to: "a.png")
    let csv = try folder.write(text, to: "labels.csv")
    let error = #expect(throws: DatasetError.self) {
      try LabelledFolder(csv: csv, classNames: ["x", "y", "z"])
    }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "nothing")")
  }

  @Test("text that is not UTF-8 is refused")
  func encoding() throws {
    let folder = try TemporaryFolder()
    let csv = try folder.write([0x66, 0xFF, 0xFE], to: "labels.csv")
    #expect(throws: DatasetError(.malformed("is not text in UTF-8"), path: csv)) {
      try LabelledFolder(csv: csv)
    }
  }
}
