/// The style sheet of reports: that of a gallery, and what a gallery does not have.
enum PageStyle {
  static let source = "\(GalleryStyle.source)\n\(additions)"

  private static let additions = """
    caption { padding: 0 0 .5rem; color: var(--faint); text-align: left; caption-side: top }
    caption span { position: sticky; left: 0; display: block; max-width: calc(100vw - 2.2rem) }
    small { display: block; color: var(--faint); font-size: .85em; font-weight: 400 }
    .scroll + p { margin-top: .8rem }
    .attacks td { white-space: nowrap }
    tbody tr:last-child > * { border-bottom: 0 }
    .scroll table { border-collapse: separate; border-spacing: 0 }
    .scroll thead th { vertical-align: bottom }
    .scroll tbody th[scope=row] {
      position: sticky; left: 0; max-width: 16rem; background: var(--paper);
      overflow-wrap: anywhere
    }
    .notice, .finding {
      margin: 0 0 1.2rem; padding: .8rem 1.1rem; max-width: 68ch; background: var(--surface);
      border: 1px solid var(--rule); border-left: .4rem solid var(--accent); border-radius: .4rem
    }
    .notice b { color: var(--accent) }
    .notice ul { margin: .3rem 0 0; padding-left: 1.2rem }
    .finding h3 {
      display: flex; flex-wrap: wrap; gap: .3rem .75rem; margin: 0 0 .5rem; font-size: 1rem
    }
    .finding p:last-child { margin: 0 }
    .dot-chart, .heat-map { display: block; width: 100%; max-width: 42rem; height: auto }
    .heat-map { max-width: 52rem }
    figure .dot-chart, figure .heat-map {
      border: 1px solid var(--rule); border-radius: .5rem
    }
    .cards h3 { overflow-wrap: anywhere }
    .triptych { display: grid; grid-template-columns: repeat(3, 1fr); gap: .5rem }
    .triptych figure { margin: 0; min-width: 0 }
    .triptych figcaption { margin: .25rem 0 0; font-size: .8rem }
    .sharp img { image-rendering: pixelated }
    pre {
      margin: 0 0 1.2rem; padding: .9rem 1.1rem; background: var(--surface);
      border: 1px solid var(--rule); border-radius: .4rem; font-size: .9rem; line-height: 1.5;
      white-space: pre-wrap; overflow-wrap: anywhere
    }
    pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
    .scroll .settings th[scope=row] {
      position: static; min-width: 0; padding-right: 1.5rem; white-space: nowrap
    }
    @media (max-width: 40rem) {
      .scroll { padding-bottom: .3rem }
      .scroll tbody th[scope=row] { min-width: 7rem; max-width: 9rem; padding-right: .6rem }
      .settings, .settings tbody, .settings tr, .settings th, .settings td, .settings caption {
        display: block
      }
      .scroll .settings th[scope=row] { padding-bottom: 0; border-bottom: 0; max-width: none }
      .settings td { padding-top: .1rem }
    }
    @media print {
      .notice, .finding { break-inside: avoid }
      .scroll table { font-size: 7.5pt }
      .scroll .settings { font-size: 9pt }
      th, td { padding: 1mm 2mm 1mm 0 }
      .scroll tbody th[scope=row] { position: static; min-width: 23mm; background: none }
      .scroll thead th { white-space: normal }
      .cards { font-size: 8.5pt }
      .cards h3 { font-size: 9pt }
      .cards dl, figcaption, .triptych figcaption { font-size: 8pt }
      .cards article { padding: 3mm }
      .dot-chart { max-width: 120mm }
      .heat-map { max-width: 160mm }
      img, .heat-map rect, .notice, .finding {
        print-color-adjust: exact; -webkit-print-color-adjust: exact
      }
    }
    """
}
