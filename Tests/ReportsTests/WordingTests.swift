import Evaluation
import Testing

@testable import Reports

@Suite struct WordingTests {
  @Test(arguments: [
    (0, "0 %"), (0.0001, "<0.1 %"), (0.001, "0.1 %"), (0.971, "97.1 %"), (0.9994, "99.9 %"),
    (0.99999, ">99.9 %"), (1, "100 %"), (.nan, "–"), (.infinity, "–"),
  ])
  func percentagesNeverHideTheLastPicture(value: Double, text: String) {
    #expect(value.asPercentage == text)
  }

  @Test(arguments: [
    (8, "8"), (7.5, "7.5"), (0.126, "0.13"), (-0.001, "0"), (8.0000001, "8"), (100, "100"),
    (.nan, "–"),
  ])
  func numbersAreShort(value: Double, text: String) {
    #expect(value.shortText == text)
  }

  @Test(arguments: [
    (0, "0.00"), (0.0015, "0.0015"), (0.0045, "0.0045"), (0.075, "0.075"), (1.35, "1.35"),
    (6, "6.00"), (12.3456, "12.35"), (2.5, "2.50"), (1234.5, "1234.50"), (1e-9, "0.000000001"),
    (.nan, "–"),
  ])
  func moneyIsNotRoundedToNothing(value: Double, text: String) {
    #expect(value.asMoney == text)
  }

  @Test(
    arguments: [
      ([], "There were no pictures to attack."),
      (
        [.initiallyWrong],
        "The model was wrong on the one picture before any attack, so none was attacked."
      ),
      (
        [.initiallyWrong, .initiallyWrong],
        "The model was wrong on all 2 pictures before any attack, so none was attacked."
      ),
      (
        [.robust],
        "The model was not fooled on the one picture that it had right; its accuracy stayed at 100 %."
      ),
      (
        [.newlyWrong],
        "The model was fooled on the one picture that it had right; "
          + "its accuracy fell from 100 % to 0 %."
      ),
      (
        [.robust, .robust, .initiallyWrong, .initiallyWrong],
        "The model was fooled on none of the 2 pictures that it had right; "
          + "its accuracy stayed at 50.0 %."
      ),
      (
        [.newlyWrong, .newlyWrong],
        "The model was fooled on all 2 pictures that it had right; "
          + "its accuracy fell from 100 % to 0 %."
      ),
      (
        Samples.mixedOutcomes,
        "The model was fooled on 9 of the 12 pictures that it had right; "
          + "its accuracy fell from 80.0 % to 20.0 %."
      ),
    ] as [([Outcome], String)])
  func theVerdictIsOneSentence(outcomes: [Outcome], verdict: String) {
    #expect(Counts(of: outcomes).verdict == verdict)
  }

  @Test(arguments: [
    ("a\u{1B}[2Jb", "a\u{FFFD}[2Jb"), ("\u{202E}gnp", "\u{FFFD}gnp"), ("<\u{301}", "<"),
    ("\"\u{301} onerror=x", "\" onerror=x"), ("\u{600}<b>", "<b>"), ("é & ü", "é & ü"),
    ("👩‍🚒", "👩‍🚒"),
  ])
  func namesFromStrangersAreMadeSafe(name: String, safe: String) {
    #expect(Array(name.safe.unicodeScalars) == Array(safe.unicodeScalars))
  }
}
