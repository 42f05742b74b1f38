/// The page. Every name in double braces is escaped; the few in triple braces are pictures and parts that were rendered, and
/// escaped, before.
enum Template {
    static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="generator" content="migrate {{version}}">
        <title>{{title}}</title>
        <style>
        {{{style}}}
        </style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
        <p class="soft">migrate: from a map to the kernel’s own tables</p>
        <h1>{{title}}</h1>
        <p class="verdict{{^isGood}} bad{{/isGood}}">{{verdict}}</p>
        <nav aria-label="Sections"><ul>{{#sections}}<li><a href="#{{id}}">{{title}}</a></li>{{/sections}}<li><a href="#integrity">Whether this page is as it was written</a></li></ul></nav>
        </header>
        <main id="main">
        {{#sections}}
        <section aria-labelledby="{{id}}">
        <h2 id="{{id}}">{{title}}</h2>
        {{{body}}}
        </section>
        {{/sections}}
        <section aria-labelledby="integrity">
        <h2 id="integrity">Whether this page is as it was written</h2>
        <p>It holds the document that it was made of, whose SHA-256 is <code>{{digest}}</code>. Of a copy named report.html, the first command
        computes that number again; the second makes the page anew from the document, and prints nothing where the two are the same:</p>
        <pre tabindex="0">sed -n '/^&lt;script/,/^&lt;.script/{//!p}' report.html | tr -d '\\n' | sha256sum
        migrate report convert report.html --format html | cmp - report.html</pre>
        <p>Somebody who changes both page and document can compute a new number. So keep this one elsewhere, or ask the node. Its audit log has a record of
        each command, chained to the one before; each command prints the log’s head, which is to be kept elsewhere, too:</p>
        <pre tabindex="0">migrate audit verify --expect-head HEAD</pre>
        </section>
        </main>
        <footer>
        <p>Written {{created}} by migrate {{version}}. This page is self-contained: it loads nothing. As text:
        <code>migrate report convert report.html --format text</code></p>
        </footer>
        {{{document}}}
        </body>
        </html>

        """

    static let table = """
        <div class="scroll" role="region" tabindex="0" aria-label="{{title}}">
        <table class="wide">
        <caption>{{title}}</caption>
        <thead><tr>{{#columns}}<th scope="col">{{.}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{first}}</th>{{#cells}}<td data-label="{{label}}">{{value}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody>
        </table>
        {{#hasMore}}<p class="soft">… and {{more}} more; the document in this page has them.</p>{{/hasMore}}
        </div>
        """

    /// A table without a head: a name and what is said of it.
    static let pairs = """
        <table class="pairs">
        <caption>{{title}}</caption>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th><td>{{value}}</td></tr>
        {{/rows}}
        </tbody>
        </table>
        """

    static let claims = """
        <ul class="claims">
        {{#claims}}
        <li><span class="{{standing}}">{{symbol}} {{word}}</span><span class="text"><b>{{title}}</b><br>{{text}}{{#details}}<br><span class="soft">{{.}}</span>{{/details}}</span></li>
        {{/claims}}
        </ul>
        """

    static let gain = """
        <div class="cards">
        {{#rows}}
        <dl class="card"><dt>{{term}}</dt><dd class="value">{{value}}</dd><dd class="how">{{how}}</dd></dl>
        {{/rows}}
        </div>
        """

    static let figure = """
        <figure>
        <svg viewBox="0 0 {{width}} {{height}}" role="img" aria-labelledby="{{id}}-title {{id}}-desc">
        <title id="{{id}}-title">{{title}}</title>
        <desc id="{{id}}-desc">{{description}}</desc>
        {{#shapes}}
        {{{.}}}
        {{/shapes}}
        </svg>
        <figcaption><b>{{title}}.</b> {{caption}}</figcaption>
        </figure>
        """

    static let list = """
        <ul>
        {{#lines}}
        <li>{{.}}</li>
        {{/lines}}
        </ul>
        """

    static let paragraph = "<p>{{text}}</p>"
}
