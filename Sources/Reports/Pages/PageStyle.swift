/// The style sheet of reports: that of a gallery, and what a gallery does not have.
enum PageStyle {
  static let source =
    GalleryStyle.source + """

      caption { padding: 0 0 .5rem; color: var(--faint); text-align: left; caption-side: top }
      small { display: block; color: var(--faint); font-size: .85em; font-weight: 400 }
      .scroll + p { margin-top: .8rem }
    .attacks td { white-space: nowrap }
      tbody tr:last-child > * { border-bottom: 0 }
      .scroll thead th { vertical-align: bottom }
      .scroll th[scope=row] { max-width: 16rem; overflow-wrap: anywhere }
      .notice {
        margin: 0 0 1.2rem; padding: .7rem 1rem; max-width: 68ch; background: var(--surface);
        border: 1px solid var(--rule); border-left: .4rem solid var(--accent); border-radius: .4rem
      }
      .notice b { color: var(--accent) }
      .notice ul { margin: .3rem 0 0; padding-left: 1.2rem }
      .finding {
        margin: 0 0 1rem; padding: .9rem 1.1rem; max-width: 72ch; background: var(--surface);
        border: 1px solid var(--rule); border-left: .4rem solid var(--accent); border-radius: .4rem
      }
      .finding h3 { display: flex; flex-wrap: wrap; gap: .3rem .75rem; margin: 0 0 .5rem; font-size: 1rem }
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
        overflow-x: auto; margin: 0 0 1.2rem; padding: .9rem 1.1rem; background: var(--surface);
        border: 1px solid var(--rule); border-radius: .4rem; font-size: .9rem; line-height: 1.5;
        white-space: pre-wrap; overflow-wrap: anywhere
      }
      pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
      .settings th { min-width: 0; padding-right: 1.5rem; white-space: nowrap }
      .settings td { overflow-wrap: anywhere }
      @media (max-width: 40rem) {
        .settings, .settings tbody, .settings tr, .settings th, .settings td { display: block }
        .settings th { padding-bottom: 0; border-bottom: 0; max-width: none }
        .settings td { padding-top: .1rem }
        .scroll { padding-bottom: .3rem }
      .scroll tbody th { min-width: 6rem; max-width: 8rem; padding-right: .6rem }
      }
      @media print {
        .notice, .finding, .cards li, figure { break-inside: avoid }
        .scroll table { font-size: 7.5pt }
        .scroll .settings { font-size: 9pt }
        th, td { padding: 1mm 2mm 1mm 0 }
        .scroll tbody th[scope=row] { position: static; min-width: 0; background: none }
        .scroll thead th { white-space: normal }
        .cards { grid-template-columns: 1fr 1fr 1fr }
        .cards article { padding: 2.5mm }
        .dot-chart { max-width: 120mm }
        .heat-map { max-width: 160mm }
        img, .heat-map rect, .notice, .finding {
          print-color-adjust: exact; -webkit-print-color-adjust: exact
        }
      }
      """
}
