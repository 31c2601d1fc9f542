import Mustache

/// The SVG of a heat map.
enum HeatMapTemplate {
  static let template = MustacheTemplate(ofOurs: source)

  private static let source = """
    <svg class="heat-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" \
    role="img" aria-label="{{title}}. {{summary}}">
    <title>{{title}}</title>
    <desc>{{summary}}</desc>
    <style>
    \(ChartStyle.source(of: "heat-map"))
    .heat-map .share { font-size: 12px; font-weight: 600 }
    .heat-map .none { fill: none; stroke: #8a9199; stroke-dasharray: 3 3 }
    </style>
    <rect class="surface" width="{{width}}" height="{{height}}" rx="6"/>
    <text class="title" x="14" y="25">{{title}}</text>
    <text class="axis-label" x="14" y="47">{{columnsLabel}}</text>
    <text class="axis-label" x="{{nameRight}}" y="{{labelsBaseline}}" \
    text-anchor="end">{{rowsLabel}}</text>
    {{#columns}}
    <text transform="translate({{x}} {{y}}) rotate(-40)"><title>{{fullName}}</title>{{name}}</text>
    {{/columns}}
    {{#rows}}
    <text x="{{nameRight}}" y="{{baseline}}" text-anchor="end"><title>{{fullName}}</title>\
    {{name}}</text>
    {{#cells}}
    <g><title>{{description}}</title>
    <rect x="{{x}}" y="{{y}}" width="{{cellWidth}}" height="{{cellHeight}}" rx="3"\
    {{#fill}} style="fill: {{.}}"{{/fill}}{{^fill}} class="none"{{/fill}}/>
    <text class="share" x="{{textX}}" y="{{baseline}}" text-anchor="middle"\
    {{#ink}} style="fill: {{.}}"{{/ink}}>{{text}}</text></g>
    {{/cells}}
    {{/rows}}
    </svg>
    """
}
