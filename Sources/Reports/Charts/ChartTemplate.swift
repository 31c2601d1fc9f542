import Mustache

/// The SVG of a line chart.
enum ChartTemplate {
  static let template = MustacheTemplate(ofOurs: source)

  private static let source = """
    <svg class="line-chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" \
    role="img" aria-label="{{title}}. {{summary}}">
    <title>{{title}}</title>
    <desc>{{summary}}</desc>
    <style>
    .line-chart { font: 13px system-ui, sans-serif }
    .line-chart .surface { fill: #ffffff }
    .line-chart text { fill: #20242a; stroke: none }
    .line-chart .title { font-size: 15px; font-weight: 600 }
    .line-chart .tick, .line-chart .axis-label { fill: #5a626c; font-size: 12px }
    .line-chart .grid { stroke: #e1e3e6 }
    .line-chart .axis { stroke: #8a9199 }
    .line-chart polyline { fill: none; stroke-width: 2; stroke-linejoin: round }
    .line-chart .name { font-weight: 600; paint-order: stroke; stroke-width: 4 }
    .line-chart g .name { stroke: #ffffff }
    .line-chart .series-0, .line-chart .series-0 .name { fill: #00629e }
    .line-chart .series-0 { stroke: #00629e }
    .line-chart .series-1, .line-chart .series-1 .name { fill: #b84a00 }
    .line-chart .series-1 { stroke: #b84a00 }
    .line-chart .series-2, .line-chart .series-2 .name { fill: #00735a }
    .line-chart .series-2 { stroke: #00735a }
    .line-chart .series-3, .line-chart .series-3 .name { fill: #8c3c6e }
    .line-chart .series-3 { stroke: #8c3c6e }
    @media screen and (prefers-color-scheme: dark) {
    .line-chart .surface { fill: #1d2126 }
    .line-chart text { fill: #e8eaed }
    .line-chart .tick, .line-chart .axis-label { fill: #a9b0b8 }
    .line-chart .grid { stroke: #343a41 }
    .line-chart g .name { stroke: #1d2126 }
    .line-chart .axis { stroke: #7b838c }
    .line-chart .series-0, .line-chart .series-0 .name { fill: #7cc0f4 }
    .line-chart .series-0 { stroke: #7cc0f4 }
    .line-chart .series-1, .line-chart .series-1 .name { fill: #ff9d5c }
    .line-chart .series-1 { stroke: #ff9d5c }
    .line-chart .series-2, .line-chart .series-2 .name { fill: #4fd0a8 }
    .line-chart .series-2 { stroke: #4fd0a8 }
    .line-chart .series-3, .line-chart .series-3 .name { fill: #e79fc9 }
    .line-chart .series-3 { stroke: #e79fc9 }
    }
    </style>
    <rect class="surface" width="{{width}}" height="{{height}}" rx="6"/>
    <text class="title" x="14" y="25">{{title}}</text>
    <text class="axis-label" x="14" y="47">{{verticalLabel}}</text>
    {{#verticalTicks}}
    <line class="grid" x1="{{left}}" x2="{{right}}" y1="{{place}}" y2="{{place}}"/>
    <text class="tick" x="{{left}}" dx="-7" y="{{place}}" dy="4" text-anchor="end">{{text}}</text>
    {{/verticalTicks}}
    <line class="axis" x1="{{left}}" x2="{{right}}" y1="{{bottom}}" y2="{{bottom}}"/>
    {{#horizontalTicks}}
    <path class="axis" d="M{{place}} {{bottom}}v5"/>
    <text class="tick" x="{{place}}" y="{{belowTicks}}" text-anchor="middle">{{text}}</text>
    {{/horizontalTicks}}
    <text class="axis-label" x="{{middle}}" y="{{belowTicks}}" dy="18" \
    text-anchor="middle">{{horizontalLabel}}</text>
    {{#lines}}
    <g class="series-{{style}}">
    <title>{{name}}</title>
    <polyline stroke-dasharray="{{dashes}}" points="{{path}}"/>
    {{#markers}}
    <path d="{{.}}"/>
    {{/markers}}
    <text class="name" x="{{labelLeft}}" y="{{labelBaseline}}">{{shortName}}</text>
    </g>
    {{/lines}}
    </svg>
    """
}
