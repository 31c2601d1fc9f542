/// The style sheet of a gallery: light and dark, narrow and wide, screen and paper.
enum GalleryStyle {
  static let source = """
    :root {
      color-scheme: light dark;
      --paper: #fafaf7; --surface: #ffffff; --ink: #20242a; --faint: #5a626c; --rule: #e1e3e6;
      --link: #00557f;
      --newlyWrong: #b84a00; --robust: #00629e; --invalid: #8c3c6e; --initiallyWrong: #5a626c;
      --on-accent: #ffffff;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --paper: #14171a; --surface: #1d2126; --ink: #e8eaed; --faint: #a9b0b8; --rule: #343a41;
        --link: #8ecbf5;
        --newlyWrong: #ff9d5c; --robust: #7cc0f4; --invalid: #e79fc9; --initiallyWrong: #a9b0b8;
        --on-accent: #14171a;
      }
    }
    * { box-sizing: border-box }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
    body {
      margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 78rem;
      background: var(--paper); color: var(--ink);
      font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif;
    }
    h1, h2, h3 { line-height: 1.2; text-wrap: balance; overflow-wrap: anywhere }
    h1 { margin: 0 0 1rem; font-size: clamp(1.7rem, 1.2rem + 2vw, 2.5rem); letter-spacing: -0.015em }
    h2 { margin: 0 0 .75rem; font-size: 1.4rem; letter-spacing: -0.01em }
    p { margin: 0 0 .9rem; max-width: 68ch; overflow-wrap: anywhere }
    a { color: var(--link) }
    a:focus-visible, summary:focus-visible, .scroll:focus-visible {
      outline: 2px solid var(--link); outline-offset: 2px
    }
    section, footer { margin-top: 3rem }
    .verdict { max-width: 50ch; font-size: clamp(1.15rem, 1rem + .8vw, 1.45rem); line-height: 1.4 }
    .part-verdict { font-weight: 600 }
    .faint { color: var(--faint) }

    .newlyWrong { --accent: var(--newlyWrong) }
    .robust { --accent: var(--robust) }
    .invalid { --accent: var(--invalid) }
    .initiallyWrong { --accent: var(--initiallyWrong) }

    .bar { display: flex; gap: 2px; height: .75rem; margin: 1.25rem 0 0 }
    .bar span { flex-basis: 0; min-width: 3px; background: var(--accent) }
    .bar span:first-child { border-radius: .4rem 0 0 .4rem }
    .bar span:last-child { border-radius: 0 .4rem .4rem 0 }
    .bar span:only-child { border-radius: .4rem }
    .tiles {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(7.2rem, 1fr)); gap: .6rem;
      margin: .6rem 0 1.5rem
    }
    .tiles div {
      display: flex; flex-direction: column-reverse; justify-content: flex-end;
      padding: .7rem .9rem; background: var(--surface); border: 1px solid var(--rule);
      border-top: 3px solid var(--accent, var(--rule)); border-radius: .5rem
    }
    .tiles dt { color: var(--faint); font-size: .85rem; line-height: 1.3 }
    .tiles dd { margin: 0; font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums }
    .tiles .main { border-color: var(--ink) }
    .tiles .main dd { font-weight: 650; white-space: nowrap }

    figure { margin: 1.5rem 0 }
    .line-chart { display: block; width: 100%; max-width: 42rem; height: auto }
    figure .line-chart { border: 1px solid var(--rule); border-radius: .5rem }
    figcaption { max-width: 42rem; margin-top: .6rem; color: var(--faint); font-size: .9rem }
    summary { cursor: pointer; width: fit-content; color: var(--link) }

    .cards {
      display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr));
      gap: 1rem; margin: 0 0 1.5rem; padding: 0; list-style: none
    }
    .cards article {
      height: 100%; padding: 1rem; background: var(--surface); border: 1px solid var(--rule);
      border-radius: .6rem
    }
    .cards h3 {
      display: flex; gap: .75rem; justify-content: space-between; align-items: baseline;
      margin: 0 0 .7rem; font-size: 1rem; font-weight: 600
    }
    .cards img { display: block; width: 100%; height: auto; border-radius: .3rem }
    .change { margin: .7rem 0 .3rem; overflow-wrap: anywhere }
    .change .after { color: var(--accent) }
    .cards dl { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: 0; font-size: .875rem }
    .cards dl div { display: flex; gap: .35rem }
    .cards dt { color: var(--faint) }
    .cards dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
    .badge {
      flex: none; padding: .1rem .55rem; border-radius: 1rem; background: var(--accent);
      color: var(--on-accent); font-size: .8rem; font-weight: 600; line-height: 1.5;
      white-space: nowrap
    }

    .all { margin-top: 1rem }
    .scroll { overflow-x: auto; margin-top: .6rem }
    table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums }
    .all table, .scroll table { min-width: 100% }
    th, td {
      padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--rule); text-align: left;
      vertical-align: baseline
    }
    thead th { color: var(--faint); font-weight: 500; white-space: nowrap }
    tbody th { min-width: 8rem; font-weight: 500 }
    th.figure, td.figure { text-align: right; white-space: nowrap }
    .settings th { color: var(--faint) }
    .settings td { overflow-wrap: anywhere }
    sub { line-height: 0 }

    footer { padding-top: 1.5rem; border-top: 1px solid var(--rule); font-size: .9rem }
    footer h2 { font-size: 1.05rem }
    footer dl {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
      gap: .6rem 2rem; margin: 0
    }
    footer dt { font-weight: 600 }
    footer dd { margin: 0; color: var(--faint) }

    @media (max-width: 30rem) {
      .tiles .main { grid-column: 1 / -1 }
    }
    @media print {
      @page { margin: 15mm }
      body { max-width: none; padding: 0; background: none; font-size: 10pt }
      a { color: inherit; text-decoration: none }
      section, footer { margin-top: 8mm }
      h2, h3, summary { break-after: avoid }
      .tiles { grid-template-columns: repeat(7, auto); gap: 2mm }
      .tiles .main { grid-column: auto }
      .tiles div { padding: 2mm 2.5mm }
      .line-chart { max-width: 110mm }
      .cards { grid-template-columns: 1fr 1fr; gap: 4mm }
      .cards li, .tiles, figure, tr, footer div { break-inside: avoid }
      .scroll { overflow: visible }
      .bar span, .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact }
      summary { list-style: none; color: inherit }
      details:not([open]) { display: none }
    }
    """
}
