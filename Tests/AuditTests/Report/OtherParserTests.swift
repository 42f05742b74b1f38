import Foundation
import Model
import ModelSamples
import TestSupport
import Testing

@testable import Audit

/// What reads reports besides us: parsers that others wrote.
@Suite struct OtherParserTests {
    private static func reports() throws -> [ReportDocument] {
        let plan = try Sample.plan(blocked: true)
        var planned = ReportDocument(
            createdAt: Sample.time, tool: plan.tool, node: plan.node, run: nil, startedAt: nil, endedAt: nil, plan: plan
        )
        planned.gain = Gain(plan)
        return [try Sample.report(), try Sample.bareReport(), try Sample.hostileReport(), planned]
    }

    /// Feeds `text` to a program, which must take it; returns what it prints.
    private func taken(_ text: String, by program: String, _ arguments: [String]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "migrate-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process(), output = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)\n\(text)")
        return said
    }

    @Test(.requires(.python3)) func `an XML parser takes JUnit, and counts as it says`() throws {
        let script = """
            import sys, xml.etree.ElementTree as E
            r = E.fromstring(sys.stdin.buffer.read())
            assert r.tag == 'testsuites'
            for s in [r] + list(r):
                c = list(s.iter('testcase'))
                assert len(c) == int(s.get('tests')) and len(c) > 0
                assert len(list(s.iter('failure'))) == int(s.get('failures'))
                assert len(list(s.iter('skipped'))) == int(s.get('skipped'))
            for n in r.iter('testcase'): print(n.get('name'))
            """
        for report in try Self.reports() {
            let names = try taken(ReportJUnit.render(report), by: "/usr/bin/env", ["python3", "-c", script])
            #expect(names.contains("entries: No destination breaks"))
            if report.node.name == Sample.hostile { #expect(names.contains("<script>alert('1')</script>\"&\\|`*_")) }
        }
    }

    @Test(.requires(.promtool)) func `promtool takes the textfile`() throws {
        for report in try Self.reports() {
            let said = try taken(ReportPrometheus.render(report), by: "/usr/bin/env", ["promtool", "check", "metrics"])
            #expect(said.isEmpty, "\(said)")
        }
    }

    /// It stops at the first thing that HTML calls a parse error.
    private static let htmlScript = """
        import sys, hashlib, html5lib
        text = sys.stdin.buffer.read()
        t = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text, transport_encoding='utf-8')
        tags = [e for e in t.iter() if isinstance(e.tag, str)]
        names = [e.tag.split('}')[-1] for e in tags]
        assert names.count('script') == 1 and names.count('h1') == 1 and names.count('title') >= 1, names
        script = [e for e in tags if e.tag == 'script'][0]
        assert hashlib.sha256(script.text.strip('\\n').encode()).hexdigest() == script.get('data-sha256')
        level = 0
        for n in names:
            if n in ('h1', 'h2', 'h3'):
                assert int(n[1]) <= level + 1, n
                level = int(n[1])
        ids = [e.get('id') for e in tags if e.get('id')]
        assert len(ids) == len(set(ids)), ids
        for e in tags:
            for a, v in e.attrib.items():
                assert not a.startswith('on'), a
                if a in ('src', 'href', 'action', 'data', 'srcset'): assert v.startswith('#') and v[1:] in ids, v
                if a == 'aria-labelledby': assert all(i in ids for i in v.split()), v
            if e.tag == 'table': assert e[0].tag == 'caption' and e[0].text, 'caption'
            if e.tag.split('}')[-1] == 'svg': assert e.get('role') == 'img', 'svg'
        assert '@import' not in text.decode() and 'url(' not in text.decode()
        print(t.find('.//h1').text)
        """

    @Test(.requires(.html5lib)) func `a strict HTML parser takes the page, which loads nothing`() throws {
        let pages =
            try Self.reports().map { try ReportHTML.render($0) } + [
                try MergedHTML.render(
                    ReportMerge.merge(
                        Self.reports(), unreadable: [.init(file: Sample.hostile, why: Sample.hostile)],
                        tool: Tool(version: "0.1.0", object: "x"), at: Sample.time))
            ]
        for page in pages {
            let said = try taken(page, by: "/usr/bin/python3", ["-c", Self.htmlScript])
            #expect(said.hasPrefix("Report"))
        }
    }

    @Test(.requires(.jsonschema)) func `another JSON Schema validator finds that the documents fit`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let script = """
            import sys, json, jsonschema
            s = json.load(open(sys.argv[1]))
            v = jsonschema.Draft202012Validator
            v.check_schema(s)
            v(s).validate(json.load(sys.stdin))
            """
        for report in try Self.reports() {
            _ = try taken(
                try ReportJSON.render(report), by: "/usr/bin/python3",
                ["-c", script, root.appending(path: "docs/schema/report.schema.json").path()])
        }
    }
}
