"""Invoices for tests, in the structures that the tax service hands out; every unit is invented (演示)."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from xml.sax.saxutils import escape

import zxingcpp
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas


@dataclass(frozen=True)
class Made:
    """What an invoice says."""

    number: str = "26142000000000000017"
    day: str = "2026-03-05"
    without_tax: str = "200000.00"
    tax: str = "12000.00"
    total: str = "212000.00"
    buyer: str = "演示甲智能科技有限公司"
    buyer_code: str = "91140100MA0CMJRAM0"
    seller: str = "演示算力中心"
    seller_code: str = "91350100M000100Y43"

    @property
    def qr(self) -> str:
        """The text of its QR code."""
        return f"01,32,,{self.number},{self.total},{self.day.replace('-', '')},,A6A1"


def xml(one: Made, *, root: str = "EInvoice") -> bytes:
    """Return the XML of a 数电票."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root}><Header><EIid>{one.number}</EIid><EInvoiceTag>SWEI3200</EInvoiceTag><Version>0.2</Version>
<InherentLabel><InIssuType><LabelCode>Y</LabelCode><LabelName>是否蓝字发票</LabelName></InIssuType>
<EInvoiceType><LabelCode>02</LabelCode><LabelName>电子发票</LabelName></EInvoiceType>
<GeneralOrSpecialVAT><LabelCode>02</LabelCode><LabelName>普通发票</LabelName></GeneralOrSpecialVAT></InherentLabel></Header>
<EInvoiceData><SellerInformation><SellerIdNum>{one.seller_code}</SellerIdNum><SellerName>{escape(one.seller)}</SellerName>
<SellerAddr>演示地址</SellerAddr></SellerInformation>
<BuyerInformation><BuyerIdNum>{one.buyer_code}</BuyerIdNum><BuyerName>{escape(one.buyer)}</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>{one.without_tax}</TotalAmWithoutTax><TotalTaxAm>{one.tax}</TotalTaxAm>
<TotalTax-includedAmount>{one.total}</TotalTax-includedAmount>
<TotalTax-includedAmountInChinese>大写</TotalTax-includedAmountInChinese><Drawer>演示</Drawer>
<RequestTime>{one.day} 10:11:12</RequestTime></BasicInformation>
<IssuItemInformation><ItemName>*信息技术服务*算力服务费</ItemName><SpecMod>演示</SpecMod><MeaUnits>卡时</MeaUnits>
<Quantity>1000</Quantity><UnPrice>180</UnPrice><Amount>180000.00</Amount><TaxRate>0.06</TaxRate>
<ComTaxAm>10800.00</ComTaxAm></IssuItemInformation>
<IssuItemInformation><ItemName>*信息技术服务*存储服务费</ItemName><Amount>20000.00</Amount><TaxRate>0.06</TaxRate>
<ComTaxAm>1200.00</ComTaxAm></IssuItemInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>{one.number}</InvoiceNumber><IssueTime>{one.day}</IssueTime>
<TaxBureauName>国家税务总局演示税务局</TaxBureauName></TaxSupervisionInfo></{root}>""".encode()


OFD = "http://www.ofdspec.org/2016"


def ofd(one: Made, *, kind: str = "tags", more: dict[str, bytes] | None = None) -> bytes:
    """Return an OFD that says its invoice by `attachment`, by `tags` on the page, or by its `head` alone."""
    head = {
        "发票号码": one.number, "合计税额": one.tax, "合计金额": one.without_tax, "开票日期": one.day.replace("-", ""),
        "购买方纳税人识别号": one.buyer_code, "销售方纳税人识别号": one.seller_code,
    }  # fmt: skip
    custom = "".join(f'<ofd:CustomData Name="{name}">{value}</ofd:CustomData>' for name, value in head.items())
    parts = {
        "OFD.xml": f'<ofd:OFD xmlns:ofd="{OFD}" Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:DocID>demo</ofd:DocID><ofd:CustomDatas>{custom if kind != 'attachment' else ''}</ofd:CustomDatas>"
        "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{OFD}"><ofd:CommonData>'
        '<ofd:TemplatePage ID="2" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>'
        + ("<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>" if kind == "attachment" else "")
        + ("<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>" if kind == "tags" else "")
        + "</ofd:Document>",
        "Doc_0/Tpls/Tpl_0/Content.xml": f'<ofd:Page xmlns:ofd="{OFD}"/>',
    }
    if kind == "attachment":
        parts |= _attachment(one)
    if kind == "tags":
        parts |= _tags(one)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
        for name, content in (more or {}).items():
            packed.writestr(name, content)
    return stream.getvalue()


def _attachment(one: Made) -> dict[str, str]:
    fp = "http://www.edrm.org.cn/schema/e-invoice/2019"
    return {
        "Doc_0/Attachs/Attachments.xml": f'<ofd:Attachments xmlns:ofd="{OFD}"><ofd:Attachment ID="9" '
        'Name="original_invoice" Format="xml"><ofd:FileLoc>original_invoice.xml</ofd:FileLoc></ofd:Attachment>'
        "</ofd:Attachments>",
        "Doc_0/Attachs/original_invoice.xml": f'<fp:eInvoice xmlns:fp="{fp}">'
        "<fp:InvoiceCode>014002100111</fp:InvoiceCode>"
        f"<fp:InvoiceNo>{one.number[-8:]}</fp:InvoiceNo><fp:IssueDate>{one.day}</fp:IssueDate>"
        f"<fp:Buyer><fp:BuyerName>{one.buyer}</fp:BuyerName><fp:BuyerTaxID>{one.buyer_code}</fp:BuyerTaxID></fp:Buyer>"
        f"<fp:Seller><fp:SellerName>{one.seller}</fp:SellerName><fp:SellerTaxID>{one.seller_code}</fp:SellerTaxID>"
        f"</fp:Seller><fp:TaxInclusiveTotalAmount>{one.total}</fp:TaxInclusiveTotalAmount>"
        f"<fp:TaxExclusiveTotalAmount>{one.without_tax}</fp:TaxExclusiveTotalAmount>"
        f"<fp:TaxTotalAmount>{one.tax}</fp:TaxTotalAmount><fp:GoodsInfos><fp:GoodsInfo><fp:Item>*信息技术服务*算力</fp:Item>"
        f"<fp:Amount>{one.without_tax}</fp:Amount><fp:TaxScheme>6%</fp:TaxScheme><fp:TaxAmount>{one.tax}</fp:TaxAmount>"
        "</fp:GoodsInfo></fp:GoodsInfos></fp:eInvoice>",
    }


def _tags(one: Made) -> dict[str, str]:
    texts = {
        "InvoiceNo": one.number, "IssueDate": "2026年03月05日", "BuyerName": one.buyer, "BuyerTaxID": one.buyer_code,
        "SellerName": one.seller, "SellerTaxID": one.seller_code, "TaxInclusiveTotalAmount": f"¥{one.total}",
        "Item": "*信息技术服务*算力服务费",
    }  # fmt: skip
    objects = "".join(
        f'<ofd:TextObject ID="{place}"><ofd:TextCode X="0" Y="0">{text}</ofd:TextCode></ofd:TextObject>'
        for place, text in enumerate(texts.values(), start=100)
    )
    pointing = "".join(
        f'<{name}><ofd:ObjectRef PageRef="1">{place}</ofd:ObjectRef></{name}>'
        for place, name in enumerate(texts, start=100)
    )
    return {
        "Doc_0/Tags/CustomTags.xml": f'<ofd:CustomTags xmlns:ofd="{OFD}"><ofd:CustomTag><ofd:FileLoc>CustomTag.xml'
        "</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>",
        "Doc_0/Tags/CustomTag.xml": f'<ofd:root xmlns:ofd="{OFD}">{pointing}</ofd:root>',
        "Doc_0/Pages/Page_0/Content.xml": f'<ofd:Page xmlns:ofd="{OFD}"><ofd:Content><ofd:Layer>{objects}'
        "</ofd:Layer></ofd:Content></ofd:Page>",
    }


def picture(*texts: str, side: int = 260) -> Image.Image:
    """Return a picture with QR codes side by side."""
    sheet = Image.new("L", (40 + len(texts) * (side + 40), side + 80), 255)
    for place, text in enumerate(texts):
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
        code = Image.fromarray(zxingcpp.write_barcode_to_image(barcode, scale=4)).resize((side, side))
        sheet.paste(code, (40 + place * (side + 40), 40))
    return sheet


def png(*texts: str) -> bytes:
    """Return the same as a file."""
    stream = io.BytesIO()
    picture(*texts).save(stream, "PNG")
    return stream.getvalue()


def pdf(
    one: Made, *, qr: tuple[str, ...] | None = None, head: bool = True, size: tuple[float, float] = (612, 396)
) -> bytes:
    """Return a PDF with a QR code and credit codes on its page, and what the tax service puts into its head."""
    stream = io.BytesIO()
    page = canvas.Canvas(stream, pagesize=size)
    texts = (one.qr,) if qr is None else qr
    if texts:
        drawn = picture(*texts)
        page.drawImage(ImageReader(drawn.convert("RGB")), 20, size[1] - 110, 100 * len(texts), 100)
    page.drawString(40, 200, one.buyer_code)
    page.drawString(340, 200, one.seller_code)
    page.save()
    if not head:
        return stream.getvalue()
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(stream.getvalue())))
    writer.add_metadata({
        "/InvoiceNumber": one.number, "/SellerIdNum": one.seller_code, "/IssueTime": one.day,
        "/TotalAmWithoutTax": one.without_tax, "/TotalTaxAm": one.tax, "/TotalTax-includedAmount": one.total,
    })  # fmt: skip
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked_pdf(one: Made) -> bytes:
    """Return a PDF that asks for a password."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(one))))
    writer.encrypt("demo", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
