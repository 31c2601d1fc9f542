import Testing

@testable import TrafficSigns

@Suite("Classes of traffic signs") struct SignClassTests {
  @Test("Folder names in alphabetical order give each class its index")
  func orderOfFolders() {
    let names = SignClass.allCases.map(\.rawValue)
    #expect(names == names.sorted())
    #expect(SignClass.allCases.map(\.index) == Array(names.indices))
  }

  @Test("Names are for people")
  func names() {
    #expect(SignClass.speedLimit80.name == "speed limit 80")
    #expect(SignClass.stop.name == "stop")
  }
}
