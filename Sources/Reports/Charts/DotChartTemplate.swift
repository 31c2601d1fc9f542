import Mustache

/// The SVG of a dot chart.
enum DotChartTemplate {
  static let template = MustacheTemplate(ofOurs: source)

  private static let source = """
    <svg class="dot-chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" \
    role="img" aria-label="{{title}}. {{summary}}">
    <title>{{title}}</title>
    <desc>{{summary}}</desc>
    <style>
    \(ChartStyle.source(of: "dot-chart"))
    .dot-chart .whisker { stroke-width: 2; fill: none }
    .dot-chart .name { font-size: 12px; font-weight: 400 }
    .dot-chart .value { font-size: 12px; font-weight: 600 }
    .dot-chart .series-1 path { fill-opacity: 0; stroke-width: 1.6 }
    </style>
    <rect class="surface" width="{{width}}" height="{{height}}" rx="6"/>
    <text class="title" x="14" y="25">{{title}}</text>
    {{#legend}}
    <g class="series-{{style}}"><path d="{{mark}}"/></g>
    <text class="tick" x="{{textLeft}}" y="47" dy="4">{{name}}</text>
    {{/legend}}
    {{#ticks}}
    <path class="grid" d="M{{place}} {{top}}V{{bottom}}"/>
    <text class="tick" x="{{place}}" y="{{belowTicks}}" text-anchor="middle">{{text}}</text>
    {{/ticks}}
    <path class="axis" d="M{{left}} {{bottom}}H{{right}}"/>
    <text class="axis-label" x="{{middle}}" y="{{belowTicks}}" dy="18" \
    text-anchor="middle">{{axisLabel}}</text>
    {{#rows}}
    <g>
    <title>{{fullName}}: {{figure}}</title>
    <text class="name" x="{{nameRight}}" y="{{baseline}}" text-anchor="end">{{name}}</text>
    <path class="grid" d="M{{left}} {{place}}H{{right}}"/>
    {{#dots}}
    <g class="series-{{style}}">{{#whisker}}<path class="whisker" d="{{.}}"/>{{/whisker}}\
    <path d="{{mark}}"/></g>
    {{/dots}}
    <text class="value" x="{{right}}" dx="10" y="{{baseline}}">{{figure}}</text>
    </g>
    {{/rows}}
    </svg>
    """
}
