import Evaluation
import Foundation
import Testing

@testable import Reports

@Suite struct GalleryTests {
  static let hostile = "<script>alert('1')</script>\"\u{301} onerror=\"x&"

  static func gallery(
    name: String = "0007-stop", path: String = "pictures/0007-stop.png", sections: Int = 1
  ) -> Gallery {
    let entries = Outcome.allCases.map { outcome in
      Gallery.Entry(
        Samples.record(name, label: name, after: name, outcome: outcome), picturePath: path)
    }
    return Gallery(
      title: name, introduction: [name], settings: [.init(name, name)],
      sections: (0..<sections).map { index in
        Gallery.Section(
          title: "\(name) \(index)", explanation: [name],
          charts: [
            LineChart(
              title: name, summary: name, horizontalAxis: .init(name), verticalAxis: .init(name),
              series: [.init(name, points: [.init(x: 1, y: 2)])])
          ], showingAll: entries)
      })
  }

  @Test func namesFromStrangersAreEscapedEverywhere() {
    let plain = Self.gallery(name: "name", sections: 2).html
    let html = Self.gallery(name: Self.hostile, path: Self.hostile, sections: 2).html
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onerror"))
    // As scalars: a quotation mark with an accent is another character but the same byte.
    for sign in ["<", ">", "\""] as [Unicode.Scalar] {
      let counts = [plain, html].map { $0.unicodeScalars.count { $0 == sign } }
      #expect(counts[0] == counts[1], "an unescaped \(sign) changes the structure of the page")
    }
  }

  @Test(arguments: [
    ("pictures/0007-stop.png", "pictures/0007-stop.png"), ("a b#c?d.png", "a%20b%23c%3Fd.png"),
    ("https://example.org/x.png", "https%3A/example.org/x.png"),
    ("//example.org/x", "example.org/x"),
    ("é\".png", "%C3%A9%22.png"),
  ])
  func picturesAreFilesBesideThePage(path: String, reference: String) {
    let html = Self.gallery(path: path).html
    #expect(html.contains("<img src=\"\(reference)\""))
    #expect(html.contains("<a href=\"\(reference)\""))
  }

  @Test func thePageNeedsNoNetworkAndNoScript() {
    let html = Self.gallery(sections: 3).html
      .replacing("xmlns=\"http://www.w3.org/2000/svg\"", with: "")
      .replacing("xmlns=\"http://www.w3.org/1999/xhtml\"", with: "")
    for trace in ["http:", "https:", "<script", "<link", "@import", "url("] {
      #expect(!html.contains(trace), "\(trace)")
    }
  }

  @Test func thePageSaysTheVerdictFirst() throws {
    let html = Self.gallery().html
    let verdict = try #require(html.range(of: "The model was fooled on 1 of the 3 pictures"))
    let firstCard = try #require(html.range(of: "<article>"))
    #expect(verdict.lowerBound < firstCard.lowerBound)
    #expect(html.ranges(of: "The model was fooled on").count == 1)
  }

  @Test func aPageOfSeveralPartsNamesTheWorst() {
    var gallery = Self.gallery(sections: 3)
    gallery.sections[0].title = "noise"
    gallery.sections[0].counts = Counts(of: [.robust, .robust])
    gallery.sections[1].title = "FGSM"
    gallery.sections[1].counts = Counts(of: [.newlyWrong, .robust])
    gallery.sections[2].counts = nil
    #expect(
      gallery.verdict
        == "Worst case, FGSM: the model was fooled on 1 of the 2 pictures that it had right; "
        + "its accuracy fell from 100 % to 50.0 %.")
    #expect(gallery.html.contains("At a glance"))
    #expect(!Self.gallery().html.contains("At a glance"))
  }

  @Test func everyOutcomeIsSaidInWords() {
    let html = Self.gallery().html
    for outcome in Outcome.allCases {
      #expect(html.contains("<span class=\"badge\">\(outcome.word)</span>"))
      #expect(html.contains("<dt>\(outcome.word)</dt>"))
    }
  }

  @Test func anEntryWithoutPictureHasARowButNoCard() {
    let html = Gallery(
      title: "t", sections: [.init(title: "s", showingAll: [.init(Samples.record())])]
    ).html
    #expect(!html.contains("<article>") && !html.contains("<img"))
    #expect(html.contains("<th scope=\"row\">0007-stop</th>"))
  }

  @Test func aTargetIsShownWhereThereIsOne() {
    var gallery = Self.gallery()
    #expect(!gallery.html.contains("aimed at"))
    gallery.sections[0].entries[0].record.targetName = "yield"
    #expect(gallery.html.contains("<dt>aimed at</dt><dd>yield</dd>"))
  }

  @Test func anEmptyPageIsStillAPage() {
    let html = Gallery(title: "Nothing yet", sections: []).html
    #expect(html.contains("<h1>Nothing yet</h1>") && html.hasSuffix("</html>\n"))
    #expect(!html.contains("class=\"verdict\"") && !html.contains("Settings"))
  }

  @Test func everyPictureHasAnAlternativeText() {
    let html = Self.gallery().html
    #expect(html.ranges(of: "<img ").count == 4)
    #expect(html.ranges(of: "side by side\"/>").count == 4)
  }
}
