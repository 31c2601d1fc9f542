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
    \(ChartStyle.source(of: "line-chart"))
    .line-chart polyline { fill: none; stroke-width: 2; stroke-linejoin: round }
    .line-chart .band { fill-opacity: .16; stroke: none }
    .line-chart .name { font-weight: 600; paint-order: stroke; stroke-width: 4 }
    .line-chart g .name { stroke: #ffffff }
    @media screen and (prefers-color-scheme: dark) {
    .line-chart g .name { stroke: #1d2126 }
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
    {{#band}}
    <polygon class="band" points="{{.}}"/>
    {{/band}}
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
