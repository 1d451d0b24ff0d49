/// The elements that are told apart.
enum Tag: String, Sendable, CaseIterable {
    case a, abbr, address, article, aside, audio, b, base, blockquote, body, br, button, canvas, caption, center, cite,
        code, col, colgroup, dd, del, details, dfn, dialog, dir, div, dl, dt, em, embed, fieldset, figcaption, figure,
        font,
        footer, form, frame, frameset, h1, h2, h3, h4, h5, h6, head, header, hgroup, hr, html, i, iframe, img, input,
        ins,
        kbd, label, legend, li, link, listing, main, map, mark, math, menu, meta, nav, noframes, noscript, object, ol,
        optgroup, option, p, picture, plaintext, pre, q, rp, rt, ruby, s, samp, script, section, select, small, source,
        span,
        strike, strong, style, sub, summary, sup, svg, table, tbody, td, template, textarea, tfoot, th, thead, time,
        title,
        tr, tt, u, ul, video, wbr, xmp
    case other = "*"
    /// No element, but a piece of text.
    case text = "#"

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

    init(named name: String) { self = Self.byName[name] ?? .other }

    /// Begins a line of its own.
    var isBlock: Bool {
        switch self {
        case .address, .article, .aside, .blockquote, .body, .caption, .center, .dd, .details, .dialog, .dir, .div, .dl,
            .dt,
            .fieldset, .figcaption, .figure, .footer, .form, .frameset, .h1, .h2, .h3, .h4, .h5, .h6, .header, .hgroup,
            .hr,
            .html, .legend, .li, .listing, .main, .menu, .nav, .noframes, .ol, .p, .plaintext, .pre, .section, .summary,
            .table, .tbody, .td, .tfoot, .th, .thead, .tr, .ul, .xmp:
            true
        default: false
        }
    }

    var isPreformatted: Bool { self == .pre || self == .listing || self == .xmp || self == .plaintext }

    /// 1 to 6.
    var headingLevel: Int? {
        switch self {
        case .h1: 1
        case .h2: 2
        case .h3: 3
        case .h4: 4
        case .h5: 5
        case .h6: 6
        default: nil
        }
    }

    /// Holds no text that a reader is shown.
    var isMute: Bool {
        switch self {
        case .audio, .button, .canvas, .embed, .frame, .iframe, .input, .link, .map, .meta, .noscript, .object,
            .optgroup,
            .option, .rp, .script, .select, .source, .style, .svg, .template, .textarea, .title, .video:
            true
        default: false
        }
    }
}
