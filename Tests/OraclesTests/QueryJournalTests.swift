import Foundation
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

extension EngineTests {
  @Suite struct QueryJournalTests {
    private let setup = QuerySetup(of: CountedModel())

    private func digests(_ count: Int) -> [QueryDigest] {
      (0..<count).map { number in
        QueryDigest(
          of: EncodedPicture(bytes: [UInt8(number)], isRounded: false), to: setup.identity)
      }
    }

    @Test func keepsAnswersAndCountsFromRunToRun() throws {
      let file = TemporaryFile()
      let questions = digests(4)
      let answer = try Answer(
        scores: [0.25, -1e30, 7], label: 1, kind: .logits, classCount: 3)
      do {
        let journal = try QueryJournal(continuing: file.path, with: setup)
        try journal.begin(questions)
        try journal.record([(questions[0], answer)])
        try journal.takeBack([questions[2]])
      }
      let journal = try QueryJournal(continuing: file.path, with: setup)
      #expect(journal.asked == 3)
      #expect(try journal.answer(to: questions[0]) == answer)
      for question in questions.dropFirst() { #expect(try journal.answer(to: question) == nil) }
      // What was begun and never answered is asked again, and counts again.
      try journal.begin([questions[1]])
      #expect(journal.asked == 4)
    }

    /// What was asked after the first queries is not looked at.
    @Test func looksNoFurtherThanItIsTold() throws {
      let journal = try QueryJournal(continuing: nil, with: setup)
      let questions = digests(5)
      let answer = try Answer(label: 1, classCount: 3)
      try journal.begin(questions)
      // The second question was asked twice.
      try journal.begin([questions[1]])
      try journal.record(questions.map { ($0, answer) })
      #expect(try journal.restrict(toFirst: 9) == -3)
      #expect(try journal.restrict(toFirst: .max) == 6 - .max)
      #expect(try journal.restrict(toFirst: 6) == 0)
      #expect(try journal.answer(to: questions[4]) == answer)
      #expect(try journal.restrict(toFirst: 4) == 2)
      #expect(journal.asked == 4)
      let known = try questions.map { try journal.answer(to: $0) != nil }
      #expect(known == [true, false, true, true, false])
      #expect(try journal.restrict(toFirst: .min) == 4 && journal.asked == 0)
    }

    /// A question whose answer was lost, and that is asked again later, was asked once until then.
    @Test func whatIsAskedAgainLaterChangesNothingBefore() throws {
      let file = TemporaryFile()
      let questions = digests(5)
      let answer = try Answer(label: 1, classCount: 3)
      do {
        let journal = try QueryJournal(continuing: file.path, with: setup)
        // The first question has no answer; another run asks two others and ends.
        try journal.begin(Array(questions[0...2]))
        try journal.record([(questions[1], answer), (questions[2], answer)])
        // The first run goes on; one of its questions is taken back and asked again as well.
        try journal.begin([questions[0], questions[3]])
        try journal.takeBack([questions[3]])
        try journal.begin(Array(questions[3...4]))
        try journal.record([questions[0], questions[3], questions[4]].map { ($0, answer) })
      }
      let journal = try QueryJournal(opening: file.path)
      #expect(journal.asked == 6)
      #expect(try journal.restrict(toFirst: 3) == 3 && journal.asked == 3)
      let known = try questions.map { try journal.answer(to: $0) != nil }
      #expect(known == [false, true, true, false, false])
    }

    /// Numbers from a file may be any; pictures and classes that cannot be are none.
    @Test func picturesThatCannotBeAreRefused() throws {
      let shapes = [(3, 1 << 62, 4), (3, 0, 4), (-1, 4, 4), (1, 1 << 20, 1 << 20)]
      var setups = shapes.map { channels, height, width in
        var other = setup
        other.imageShape = ImageShape(channels: channels, height: height, width: width)
        return other
      }
      setups.append(setup)
      setups[setups.count - 1].classCount = .min
      for setup in setups {
        let file = TemporaryFile()
        do { _ = try QueryJournal(continuing: file.path, with: setup) }
        #expect(throws: QueryJournalError.malformed(file.path)) {
          try QueryJournal(opening: file.path)
        }
      }
    }

    @Test func refusesAnotherModelAndSaysWhatDiffers() throws {
      let file = TemporaryFile()
      do { try QueryJournal(continuing: file.path, with: setup).begin(digests(1)) }
      var other = setup
      other.identity.address = "elsewhere"
      other.encoding = .png
      #expect(
        throws: QueryJournalError.otherSetup(
          file.path,
          [
            "address: bright then, elsewhere now", "pictures sent as: bytes then, png now",
          ])
      ) { try QueryJournal(continuing: file.path, with: other) }
    }

    /// Whoever mistyped an address has lost nothing.
    @Test func aJournalOfNoQuestionBecomesAnyModels() throws {
      let file = TemporaryFile()
      var mistyped = setup
      mistyped.identity.address = "elsewhere"
      do { _ = try QueryJournal(continuing: file.path, with: mistyped) }
      do { _ = try QueryJournal(continuing: file.path, with: setup) }
      #expect(try QueryJournal(opening: file.path).setup == setup)
    }

    @Test func oneProcessAtATime() throws {
      let file = TemporaryFile()
      let journal = try QueryJournal(continuing: file.path, with: setup)
      #expect(throws: QueryJournalError.inUse(file.path)) {
        try QueryJournal(continuing: file.path, with: setup)
      }
      try journal.begin(digests(1))
    }

    @Test func whatIsNoJournalIsRefused() throws {
      let file = TemporaryFile()
      try Data("not a journal of anything at all".utf8).write(to: URL(filePath: file.path))
      #expect(throws: QueryJournalError.malformed(file.path)) {
        try QueryJournal(continuing: file.path, with: setup)
      }
    }

    /// Where one part ends and the next begins is part of the question.
    @Test func differentQuestionsHaveDifferentDigests() {
      func digest(_ interface: String, _ address: String, _ bytes: String) -> QueryDigest {
        QueryDigest(
          of: EncodedPicture(bytes: Array(bytes.utf8), isRounded: false),
          to: OracleIdentity(interface: interface, address: address))
      }
      let all = [
        digest("a", "b", "c"), digest("ab", "", "c"), digest("", "ab", "c"), digest("a", "", "bc"),
        digest("a", "bc", ""), digest("abc", "", ""),
      ]
      #expect(Set(all).count == all.count)
    }
  }
}
