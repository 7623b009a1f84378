"""The same invoice by other makers of PDF files: a title, the firm, the client, a table with repeated heads and wrapped
descriptions, the sums, and page x of y, in the same Noto Sans. Each function answers the bytes of one document."""
import html
import io
import json
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent.parent / "caseflow-core/src/adapters/pdf_writer/fonts"
COLOUR = "#1f5f8b"


def reportlab_maker():
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen import canvas
    from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    pdfmetrics.registerFont(TTFont("Noto", FONTS / "NotoSans-Regular.ttf"))
    pdfmetrics.registerFont(TTFont("NotoBold", FONTS / "NotoSans-Bold.ttf"))
    body = ParagraphStyle("body", fontName="Noto", fontSize=9, leading=12.6)
    title = ParagraphStyle("title", fontName="NotoBold", fontSize=20, leading=26)

    class Numbered(canvas.Canvas):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.kept = []

        def showPage(self):
            self.kept.append(dict(self.__dict__))
            self._startPage()

        def save(self):
            for number, page in enumerate(self.kept, 1):
                self.__dict__.update(page)
                self.setFont("Noto", 7)
                self.drawRightString(539, 40, f"Page {number} of {len(self.kept)}")
                super().showPage()
            super().save()

    def make(data: dict) -> bytes:
        out = io.BytesIO()
        paragraph = lambda text: Paragraph(html.escape(text).replace("\n", "<br/>"), body)
        rows = [data["head"]] + [[paragraph(line[0]), *line[1:]] for line in data["lines"]]
        lines = LongTable(rows, colWidths=[230, 50, 55, 62, 86], repeatRows=1)
        lines.setStyle(TableStyle([
            ("FONT", (0, 0), (-1, -1), "Noto", 9), ("FONT", (0, 0), (-1, 0), "NotoBold", 8.5),
            ("BACKGROUND", (0, 0), (-1, 0), COLOUR), ("TEXTCOLOR", (0, 0), (-1, 0), colors.white),
            ("ALIGN", (1, 0), (2, -1), "RIGHT"), ("ALIGN", (4, 0), (4, -1), "RIGHT"),
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.5, "#d3d7dc"),
        ]))
        sums = Table(data["sums"], colWidths=[130, 100], hAlign="RIGHT")
        sums.setStyle(TableStyle([("FONT", (0, 0), (-1, -1), "NotoBold", 9), ("ALIGN", (1, 0), (1, -1), "RIGHT")]))
        head = [data["firm"], *data["firm_address"], data["client"], *data["client_address"]]
        story = [paragraph(text) for text in head]
        story += [Paragraph(html.escape(data["title"]), title), Spacer(1, 12)]
        story += [paragraph(f"{name} {value}") for name, value in data["facts"]]
        story += [Spacer(1, 12), lines, sums, paragraph(data["note"] or "")]
        SimpleDocTemplate(out, pagesize=A4, leftMargin=56, rightMargin=56, title=data["title"]).build(
            story, canvasmaker=Numbered)
        return out.getvalue()

    return make


def weasyprint_maker():
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    style = CSS(string=f"""
        @font-face {{ font-family: N; src: url({(FONTS / 'NotoSans-Regular.ttf').as_uri()}) }}
        @font-face {{ font-family: N; font-weight: bold; src: url({(FONTS / 'NotoSans-Bold.ttf').as_uri()}) }}
        @page {{ size: A4; margin: 56pt; @bottom-right {{ content: "Page " counter(page) " of " counter(pages); font: 7pt N }} }}
        body {{ font: 9pt N }} h1 {{ font-size: 20pt }} p {{ margin: 0 }}
        table {{ border-collapse: collapse; width: 100% }} th, td {{ padding: 4pt; text-align: left; vertical-align: top }}
        thead th {{ background: {COLOUR}; color: white }} tr {{ border-bottom: .5pt solid #d3d7dc }}
        .n {{ text-align: right }} .sums {{ width: 50%; margin-left: 50%; font-weight: bold }}
    """, font_config=fonts)

    def make(data: dict) -> bytes:
        esc = lambda text: html.escape(text).replace("\n", "<br>")
        cell = lambda text, index: f'<td class="{"n" if index in (1, 2, 4) else ""}">{esc(text)}</td>'
        row = lambda line: "<tr>" + "".join(cell(text, index) for index, text in enumerate(line)) + "</tr>"
        head = [data["firm"], *data["firm_address"], data["client"], *data["client_address"]]
        page = (f'<html lang="en"><title>{esc(data["title"])}</title>' + "".join(f"<p>{esc(it)}</p>" for it in head)
                + f"<h1>{esc(data['title'])}</h1>" + "".join(f"<p>{esc(a)} {esc(b)}</p>" for a, b in data["facts"])
                + "<table><thead><tr>" + "".join(f"<th>{esc(it)}</th>" for it in data["head"]) + "</tr></thead><tbody>"
                + "".join(map(row, data["lines"])) + '</tbody></table><table class="sums">'
                + "".join(f'<tr><td>{esc(a)}</td><td class="n">{esc(b)}</td></tr>' for a, b in data["sums"])
                + f"</table><p>{esc(data['note'] or '')}</p></html>")
        return HTML(string=page).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")

    return make


TYPST = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: 56pt, footer: context align(right, text(7pt)[Page #counter(page).display() of #counter(page).final().first()]))
#set text(font: "Noto Sans", size: 9pt, lang: "en")
#data.firm #linebreak() #data.firm_address.join(linebreak()) #linebreak()
#data.client #linebreak() #data.client_address.join(linebreak())
= #data.title
#for (name, value) in data.facts [#name #value #linebreak()]
#table(columns: (1fr, auto, auto, auto, auto), align: (left, right, right, left, right), stroke: (bottom: .5pt + rgb("#d3d7dc")),
  inset: 4pt, fill: (x, y) => if y == 0 { rgb("#1f5f8b") },
  table.header(..data.head.map(it => text(white, weight: "bold", it))),
  ..data.lines.flatten())
#align(right, table(columns: 2, stroke: none, align: (left, right), ..data.sums.flatten().map(it => strong(it))))
#data.note
"""


def typst_maker():
    import typst

    compiler = typst.Compiler(font_paths=[str(FONTS)], ignore_system_fonts=True)

    def make(data: dict) -> bytes:
        return compiler.compile(TYPST.encode(), format="pdf", sys_inputs={"data": json.dumps(data)}, pdf_standards=["a-2a", "ua-1"],
                                timestamp=1795510800)

    return make


MAKERS = {"ReportLab": reportlab_maker, "Typst": typst_maker, "WeasyPrint": weasyprint_maker}
