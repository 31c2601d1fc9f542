import Evaluation
import Imaging
import Testing

struct CopiedSuccessesTests {
  @Test func copiesAreNamed() {
    var copies = CopiedSuccesses()
    let picture = Picture(width: 1, height: 1, filledWith: [7])
    let other = Picture(width: 1, height: 1, filledWith: [8])
    let first = [copies.note("p0", picture), copies.note("q", other)]
    #expect(first == [false, false] && copies.remarks.isEmpty)
    let again = (1...4).map { copies.note("p\($0)", picture) }
    #expect(again == [true, true, true, true])
    #expect(
      copies.remarks == [
        "p1 is the same picture as p0, p2 is the same picture as p0, p3 is the same picture as p0 "
          + "and 1 more are such copies: each picture counts once as confirmed"
      ])
  }
}
