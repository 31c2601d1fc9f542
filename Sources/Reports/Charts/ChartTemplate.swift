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
    .line-chart .name { font-weight: 600 }
    .line-chart .series-0, .line-chart .series-0 .name { stroke: #00629e; fill: #00629e }
    .line-chart .series-1, .line-chart .series-1 .name { stroke: #b84a00; fill: #b84a00 }
    .line-chart .series-2, .line-chart .series-2 .name { stroke: #00735a; fill: #00735a }
    .line-chart .series-3, .line-chart .series-3 .name { stroke: #8c3c6e; fill: #8c3c6e }
    .line-chart g .name { stroke: none }
    @media screen and (prefers-color-scheme: dark) {
    .line-chart .surface { fill: #1d2126 }
    .line-chart text { fill: #e8eaed }
    .line-chart .tick, .line-chart .axis-label { fill: #a9b0b8 }
    .line-chart .grid { stroke: #343a41 }
    .line-chart .axis { stroke: #7b838c }
    .line-chart .series-0, .line-chart .series-0 .name { stroke: #7cc0f4; fill: #7cc0f4 }
    .line-chart .series-1, .line-chart .series-1 .name { stroke: #ff9d5c; fill: #ff9d5c }
    .line-chart .series-2, .line-chart .series-2 .name { stroke: #4fd0a8; fill: #4fd0a8 }
    .line-chart .series-3, .line-chart .series-3 .name { stroke: #e79fc9; fill: #e79fc9 }
    .line-chart g .name { stroke: none }
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
