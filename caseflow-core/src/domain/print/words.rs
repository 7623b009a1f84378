//! The fixed words of printed documents: one row a label, one column a language.

use super::Side;
use crate::domain::invoice::InvoiceStatus;
use crate::domain::offer::{OfferKind, OfferStatus};
use crate::domain::payment::PaymentMode;
use crate::domain::reversal::ReversalKind;
use crate::domain::text::LanguageTag;

/// A language that documents are printed in. Another one is served in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrintLanguage {
    /// `en`
    English,
    /// `de`
    German,
    /// `fr`
    French,
    /// `es`
    Spanish,
    /// `he`
    Hebrew,
    /// `ar`
    Arabic,
}

impl PrintLanguage {
    /// Every language, in the order of the table's columns.
    pub const ALL: [Self; 6] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Hebrew,
        Self::Arabic,
    ];

    /// The language for a reader of `tag`, by its primary subtag.
    #[must_use]
    pub fn for_tag(tag: &LanguageTag) -> Self {
        let primary = tag.as_str().split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.code() == primary)
            .unwrap_or(Self::English)
    }

    /// The primary subtag (ISO 639-1).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Hebrew => "he",
            Self::Arabic => "ar",
        }
    }

    /// The side its text starts from.
    #[must_use]
    pub const fn side(self) -> Side {
        match self {
            Self::Hebrew | Self::Arabic => Side::Right,
            Self::English | Self::German | Self::French | Self::Spanish => Side::Left,
        }
    }

    /// A fixed word.
    #[must_use]
    pub const fn word(self, label: Label) -> &'static str {
        let [english, german, french, spanish, hebrew, arabic] = label.row();
        match self {
            Self::English => english,
            Self::German => german,
            Self::French => french,
            Self::Spanish => spanish,
            Self::Hebrew => hebrew,
            Self::Arabic => arabic,
        }
    }

    /// What people see of an invoice's status.
    #[must_use]
    pub const fn status(self, status: InvoiceStatus) -> &'static str {
        self.word(match status {
            InvoiceStatus::Draft => Label::Draft,
            InvoiceStatus::Cancelled => Label::Cancelled,
            InvoiceStatus::Paid => Label::Paid,
            InvoiceStatus::Overdue => Label::Overdue,
            InvoiceStatus::PartiallyPaid => Label::PartiallyPaid,
            InvoiceStatus::Unpaid => Label::Unpaid,
        })
    }

    /// How money came in.
    #[must_use]
    pub const fn mode(self, mode: PaymentMode) -> &'static str {
        self.word(match mode {
            PaymentMode::Cash => Label::Cash,
            PaymentMode::Cheque => Label::Cheque,
            PaymentMode::BankTransfer => Label::BankTransfer,
            PaymentMode::Card => Label::Card,
            PaymentMode::Other => Label::OtherMode,
            PaymentMode::Online => Label::Online,
        })
    }

    /// What an offer is called.
    #[must_use]
    pub const fn offer(self, kind: OfferKind) -> &'static str {
        self.word(match kind {
            OfferKind::Proposal => Label::Proposal,
            OfferKind::Estimate => Label::Estimate,
        })
    }

    /// What people see of an offer's status: an estimate that is declined is called rejected.
    #[must_use]
    pub const fn offered(self, kind: OfferKind, status: OfferStatus) -> &'static str {
        self.word(match (status, kind) {
            (OfferStatus::Draft, _) => Label::Draft,
            (OfferStatus::Sent, _) => Label::Sent,
            (OfferStatus::Accepted, _) => Label::Accepted,
            (OfferStatus::Declined, OfferKind::Proposal) => Label::Declined,
            (OfferStatus::Declined, OfferKind::Estimate) => Label::Rejected,
            (OfferStatus::Withdrawn, _) => Label::Withdrawn,
            (OfferStatus::Expired, _) => Label::Expired,
        })
    }

    /// What moved money of a payment after it was received.
    #[must_use]
    pub const fn reversal(self, kind: ReversalKind) -> &'static str {
        self.word(match kind {
            ReversalKind::Refund => Label::Refund,
            ReversalKind::RefundReturned => Label::RefundReturned,
            ReversalKind::Dispute => Label::Chargeback,
            ReversalKind::DisputeWon => Label::ChargebackReversed,
        })
    }

    /// The title of the note that tells of it.
    #[must_use]
    pub const fn note(self, kind: ReversalKind) -> &'static str {
        self.word(match kind {
            ReversalKind::Refund => Label::RefundNote,
            ReversalKind::RefundReturned => Label::RefundReturnedNote,
            ReversalKind::Dispute => Label::ChargebackNote,
            ReversalKind::DisputeWon => Label::ChargebackReversedNote,
        })
    }

    /// A day of the Gregorian calendar, written out.
    pub(super) fn date(self, year: i32, month: u32, day: u32) -> String {
        let index = usize::try_from(month).unwrap_or_default().wrapping_sub(1);
        let Some(name) = self.months().split(' ').nth(index) else {
            return format!("{year:04}-{month:02}-{day:02}");
        };
        match self {
            Self::German => format!("{day}. {name} {year}"),
            Self::French if day == 1 => format!("1er {name} {year}"),
            Self::Spanish => format!("{day} de {name} de {year}"),
            Self::Hebrew => format!("{day} ב{name} {year}"),
            Self::English | Self::French | Self::Arabic => format!("{day} {name} {year}"),
        }
    }

    /// January to December (CLDR, Gregorian, wide).
    const fn months(self) -> &'static str {
        match self {
            Self::English => {
                "January February March April May June July August September October November \
                 December"
            }
            Self::German => {
                "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
            }
            Self::French => {
                "janvier février mars avril mai juin juillet août septembre octobre novembre \
                 décembre"
            }
            Self::Spanish => {
                "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre \
                 diciembre"
            }
            Self::Hebrew => {
                "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר"
            }
            Self::Arabic => {
                "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
            }
        }
    }
}

macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident: $english:literal, $german:literal, $french:literal, $spanish:literal, $hebrew:literal, $arabic:literal;)*) => {
        /// A fixed word or sentence of a printed document. Kinds are added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Label {
            $($(#[$doc])* #[doc = concat!("“", $english, "”")] $name,)*
        }

        impl Label {
            /// Every label.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// English, German, French, Spanish, Hebrew, Arabic.
            const fn row(self) -> [&'static str; 6] {
                match self {
                    $(Self::$name => [$english, $german, $french, $spanish, $hebrew, $arabic],)*
                }
            }
        }
    };
}

labels! {
    Invoice: "Invoice", "Rechnung", "Facture", "Factura", "חשבונית", "فاتورة";
    Receipt: "Receipt", "Quittung", "Reçu", "Recibo", "קבלה", "إيصال";
    RefundNote: "Refund note", "Rückzahlungsbeleg", "Avis de remboursement", "Nota de reembolso", "אישור החזר", "إشعار استرداد";
    RefundReturnedNote: "Returned refund note", "Zurückgekommene Rückzahlung", "Avis de remboursement retourné", "Nota de reembolso devuelto", "אישור החזר שחזר לשולח", "إشعار استرداد مرتجع";
    ChargebackNote: "Chargeback note", "Rückbuchungsbeleg", "Avis de rétrofacturation", "Nota de contracargo", "אישור הכחשת עסקה", "إشعار رد مبلغ مدفوع";
    ChargebackReversedNote: "Reversed chargeback note", "Aufgehobene Rückbuchung", "Avis d’annulation de rétrofacturation", "Nota de contracargo anulado", "אישור ביטול הכחשת עסקה", "إشعار إلغاء رد مبلغ مدفوع";
    Statement: "Statement of account", "Kontoauszug", "Relevé de compte", "Estado de cuenta", "דף חשבון", "كشف حساب";
    Number: "Number", "Nummer", "Numéro", "Número", "מספר", "الرقم";
    Date: "Date", "Datum", "Date", "Fecha", "תאריך", "التاريخ";
    DueDate: "Due", "Fällig am", "Échéance", "Vencimiento", "לתשלום עד", "تاريخ الاستحقاق";
    CancelledOn: "Cancelled on", "Storniert am", "Annulée le", "Anulada el", "בוטלה ביום", "ألغيت في";
    VoidedOn: "Voided on", "Für ungültig erklärt am", "Annulé le", "Anulado el", "בוטל ביום", "أبطل في";
    Matter: "Matter", "Angelegenheit", "Dossier", "Asunto", "תיק", "القضية";
    Status: "Status", "Status", "Statut", "Estado", "מצב", "الحالة";
    BilledTo: "Billed to", "Rechnung an", "Facturé à", "Facturado a", "לכבוד", "إلى";
    ReceivedFrom: "Received from", "Erhalten von", "Reçu de", "Recibido de", "התקבל מאת", "استلمنا من";
    RefundedTo: "Refunded to", "Zurückgezahlt an", "Remboursé à", "Reembolsado a", "הוחזר אל", "أعيد إلى";
    /// On a note of money that came back, or that a bank took back.
    NoteFor: "Note for", "Beleg für", "Avis pour", "Nota para", "אישור עבור", "إشعار لـ";
    StatementFor: "Statement for", "Auszug für", "Relevé pour", "Estado de cuenta de", "דף חשבון עבור", "كشف حساب لـ";
    TaxId: "Tax ID", "Steuernummer", "N° fiscal", "NIF", "מספר עוסק", "الرقم الضريبي";
    Services: "Services and costs", "Leistungen und Kosten", "Prestations et frais", "Servicios y gastos", "שירותים והוצאות", "الخدمات والتكاليف";
    Description: "Description", "Beschreibung", "Description", "Descripción", "תיאור", "الوصف";
    Quantity: "Quantity", "Menge", "Quantité", "Cantidad", "כמות", "الكمية";
    Price: "Price", "Preis", "Prix", "Precio", "מחיר", "السعر";
    Tax: "Tax", "Steuer", "Taxe", "Impuesto", "מס", "الضريبة";
    AmountHead: "Amount", "Betrag", "Montant", "Importe", "סכום", "المبلغ";
    /// Before the discount of a line.
    Less: "less", "abzüglich", "moins", "menos", "פחות", "ناقص";
    Totals: "Totals", "Summen", "Totaux", "Totales", "סיכום", "المجاميع";
    Subtotal: "Subtotal", "Zwischensumme", "Sous-total", "Subtotal", "סכום ביניים", "المجموع الفرعي";
    Discount: "Discount", "Rabatt", "Remise", "Descuento", "הנחה", "الخصم";
    /// Before what a tax was computed on.
    On: "on", "auf", "sur", "sobre", "על", "على";
    /// Before the name of a tax that the prices hold already.
    Includes: "Includes", "Enthält", "Dont", "Incluye", "כולל", "يشمل";
    Total: "Total", "Gesamtbetrag", "Total", "Total", "סך הכול", "الإجمالي";
    PaidSoFar: "Paid", "Bezahlt", "Payé", "Pagado", "שולם", "المدفوع";
    Credits: "Credits", "Gutschriften", "Avoirs", "Abonos", "זיכויים", "أرصدة دائنة";
    AmountDue: "Amount due", "Offener Betrag", "Montant dû", "Importe pendiente", "יתרה לתשלום", "المبلغ المستحق";
    PricesIncludeTax: "Prices include tax.", "Die Preise enthalten die Steuer.", "Les prix s’entendent taxes comprises.", "Los precios incluyen impuestos.", "המחירים כוללים מס.", "الأسعار تشمل الضريبة.";
    NothingToPay: "Nothing is to be paid on this invoice.", "Auf diese Rechnung ist nichts zu zahlen.", "Rien n’est dû sur cette facture.", "No hay nada que pagar en esta factura.", "אין מה לשלם בחשבונית זו.", "لا يوجد مبلغ مستحق على هذه الفاتورة.";
    Records: "Payments and credits", "Zahlungen und Gutschriften", "Paiements et avoirs", "Pagos y abonos", "תשלומים וזיכויים", "المدفوعات والأرصدة الدائنة";
    What: "What", "Vorgang", "Opération", "Concepto", "פעולה", "العملية";
    PaidBy: "Paid by", "Zahlungsart", "Mode de paiement", "Forma de pago", "אופן התשלום", "طريقة الدفع";
    Reference: "Reference", "Referenz", "Référence", "Referencia", "אסמכתה", "المرجع";
    Note: "Note", "Hinweis", "Remarque", "Nota", "הערה", "ملاحظة";
    Reason: "Reason", "Grund", "Motif", "Motivo", "סיבה", "السبب";
    HowToPay: "How to pay", "Zahlungshinweise", "Comment payer", "Cómo pagar", "אופן התשלום", "كيفية الدفع";
    PayOnline: "Pay online at", "Online bezahlen unter", "Payer en ligne sur", "Pagar en línea en", "לתשלום מקוון:", "ادفع عبر الإنترنت على";
    PageOf: "Page {page} of {pages}", "Seite {page} von {pages}", "Page {page} sur {pages}", "Página {page} de {pages}", "עמוד {page} מתוך {pages}", "صفحة {page} من {pages}";
    AmountReceived: "Amount received", "Erhaltener Betrag", "Montant reçu", "Importe recibido", "הסכום שהתקבל", "المبلغ المستلم";
    AmountRefunded: "Amount refunded", "Zurückgezahlter Betrag", "Montant remboursé", "Importe reembolsado", "הסכום שהוחזר", "المبلغ المسترد";
    AmountChargedBack: "Amount charged back", "Rückgebuchter Betrag", "Montant rétrofacturé", "Importe del contracargo", "הסכום שהוכחש", "المبلغ المردود عبر البنك";
    /// To the firm.
    AmountReturned: "Amount that came back", "Zurückgekommener Betrag", "Montant retourné", "Importe devuelto", "הסכום שחזר", "المبلغ المرتجع";
    ForInvoice: "For invoice", "Für Rechnung", "Pour la facture", "De la factura", "עבור חשבונית", "عن الفاتورة";
    ForReceipt: "Of the payment with receipt", "Der Zahlung mit Quittung", "Du paiement avec reçu", "Del pago con recibo", "מתוך תשלום בקבלה", "من الدفعة ذات الإيصال";
    InvoiceTotal: "Invoice total", "Rechnungsbetrag", "Total de la facture", "Total de la factura", "סכום החשבונית", "إجمالي الفاتورة";
    StillDue: "Still due on this invoice", "Auf diese Rechnung noch offen", "Reste dû sur cette facture", "Pendiente de esta factura", "יתרה לתשלום בחשבונית", "المتبقي على هذه الفاتورة";
    Details: "Details", "Einzelheiten", "Détails", "Detalles", "פרטים", "التفاصيل";
    Period: "Period", "Zeitraum", "Période", "Período", "תקופה", "الفترة";
    Charges: "Charges", "Belastungen", "Débits", "Cargos", "חיובים", "المدين";
    PaymentsHead: "Payments", "Zahlungen", "Paiements", "Pagos", "תשלומים", "المدفوعات";
    Balance: "Balance", "Saldo", "Solde", "Saldo", "יתרה", "الرصيد";
    OpeningBalance: "Opening balance", "Anfangssaldo", "Solde initial", "Saldo inicial", "יתרת פתיחה", "الرصيد الافتتاحي";
    ClosingBalance: "Closing balance", "Endsaldo", "Solde final", "Saldo final", "יתרת סגירה", "الرصيد الختامي";
    /// Of a statement.
    NothingHappened: "Nothing was invoiced or paid in this period.", "In diesem Zeitraum wurde nichts berechnet oder bezahlt.", "Rien n’a été facturé ni payé pendant cette période.", "No se facturó ni se pagó nada en este período.", "בתקופה זו לא היו חיובים או תשלומים.", "لم تصدر فواتير ولم ترد مدفوعات في هذه الفترة.";
    Payment: "Payment", "Zahlung", "Paiement", "Pago", "תשלום", "دفعة";
    VoidedPayment: "Voided payment", "Ungültige Zahlung", "Paiement annulé", "Pago anulado", "תשלום שבוטל", "دفعة ملغاة";
    Refund: "Refund", "Rückzahlung", "Remboursement", "Reembolso", "החזר", "استرداد";
    RefundReturned: "Refund returned", "Rückzahlung zurückgekommen", "Remboursement retourné", "Reembolso devuelto", "החזר שחזר לשולח", "استرداد مرتجع";
    Chargeback: "Chargeback", "Rückbuchung", "Rétrofacturation", "Contracargo", "הכחשת עסקה", "رد مبلغ مدفوع";
    ChargebackReversed: "Chargeback reversed", "Rückbuchung aufgehoben", "Rétrofacturation annulée", "Contracargo anulado", "ביטול הכחשת עסקה", "إلغاء رد مبلغ مدفوع";
    Credit: "Credit", "Gutschrift", "Avoir", "Abono", "זיכוי", "رصيد دائن";
    Cancellation: "Cancellation", "Stornierung", "Annulation", "Anulación", "ביטול", "إلغاء";
    Cash: "Cash", "Bar", "Espèces", "Efectivo", "מזומן", "نقدًا";
    Cheque: "Cheque", "Scheck", "Chèque", "Cheque", "המחאה", "شيك";
    BankTransfer: "Bank transfer", "Banküberweisung", "Virement bancaire", "Transferencia bancaria", "העברה בנקאית", "تحويل بنكي";
    Card: "Card", "Karte", "Carte", "Tarjeta", "כרטיס", "بطاقة";
    OtherMode: "Other", "Sonstige", "Autre", "Otro", "אחר", "أخرى";
    Online: "Online", "Online", "En ligne", "En línea", "מקוון", "عبر الإنترنت";
    Draft: "Draft", "Entwurf", "Brouillon", "Borrador", "טיוטה", "مسودة";
    Cancelled: "Cancelled", "Storniert", "Annulée", "Anulada", "בוטלה", "ملغاة";
    Paid: "Paid", "Bezahlt", "Payée", "Pagada", "שולמה", "مدفوعة";
    Overdue: "Overdue", "Überfällig", "En retard", "Vencida", "באיחור", "متأخرة";
    PartiallyPaid: "Partially paid", "Teilweise bezahlt", "Payée en partie", "Pagada en parte", "שולמה חלקית", "مدفوعة جزئيًا";
    Unpaid: "Unpaid", "Unbezahlt", "Impayée", "Pendiente", "טרם שולמה", "غير مدفوعة";
    Proposal: "Proposal", "Angebot", "Proposition", "Propuesta", "הצעה", "عرض";
    Estimate: "Estimate", "Kostenvoranschlag", "Devis", "Presupuesto", "הצעת מחיר", "تقدير التكلفة";
    Contract: "Contract", "Vertrag", "Contrat", "Contrato", "חוזה", "عقد";
    PreparedFor: "Prepared for", "Erstellt für", "Préparé pour", "Preparado para", "עבור", "أعد لـ";
    OpenTill: "Open till", "Gültig bis", "Valable jusqu’au", "Válido hasta", "בתוקף עד", "ساري حتى";
    Parties: "Parties", "Parteien", "Parties", "Partes", "הצדדים", "الأطراف";
    SignBy: "To be signed by", "Zu unterzeichnen bis", "À signer avant le", "Firmar antes del", "לחתימה עד", "يوقع قبل";
    Answer: "Answer", "Antwort", "Réponse", "Respuesta", "תשובה", "الرد";
    AnsweredBy: "Answered by", "Beantwortet von", "Réponse de", "Respondido por", "נענה על ידי", "أجاب";
    AnsweredOn: "Answered on", "Beantwortet am", "Répondu le", "Respondido el", "נענה ביום", "تاريخ الرد";
    WithdrawnOn: "Withdrawn on", "Zurückgezogen am", "Retiré le", "Retirado el", "נמשך ביום", "سحب في";
    Sent: "Sent", "Gesendet", "Envoyé", "Enviado", "נשלח", "مرسل";
    Accepted: "Accepted", "Angenommen", "Accepté", "Aceptado", "התקבל", "مقبول";
    Declined: "Declined", "Abgelehnt", "Refusé", "Rechazado", "נדחה", "مرفوض";
    /// Of an estimate.
    Rejected: "Rejected", "Abgelehnt", "Rejeté", "Rechazado", "נדחה", "مرفوض";
    Withdrawn: "Withdrawn", "Zurückgezogen", "Retiré", "Retirado", "נמשך", "مسحوب";
    Expired: "Expired", "Abgelaufen", "Expiré", "Caducado", "פג תוקף", "منتهي الصلاحية";
    NoInvoiceYet: "Accepting does not create an invoice.", "Die Annahme löst keine Rechnung aus.", "L’acceptation ne crée pas de facture.", "La aceptación no genera una factura.", "אישור אינו יוצר חשבונית.", "القبول لا ينشئ فاتورة.";
    Certificate: "Certificate of signature", "Unterzeichnungsnachweis", "Certificat de signature", "Certificado de firma", "אישור חתימה", "شهادة توقيع";
    /// What a certificate claims, and what it does not (R-SIG-7).
    Claim: "This is a simple electronic signature with a tamper-evident seal: the signer, signed in to the portal, typed the name below, and any later change of this file shows. It is not an advanced or qualified electronic signature.", "Dies ist eine einfache elektronische Signatur mit einem Siegel, das Änderungen erkennen lässt: Die unterzeichnende Person war im Portal angemeldet und hat den Namen unten eingetippt; jede spätere Änderung dieser Datei ist erkennbar. Es ist keine fortgeschrittene oder qualifizierte elektronische Signatur.", "Ceci est une signature électronique simple avec un sceau qui révèle toute altération : la personne, connectée au portail, a saisi le nom ci-dessous, et toute modification ultérieure de ce fichier se voit. Ce n’est pas une signature électronique avancée ou qualifiée.", "Esta es una firma electrónica simple con un sello que revela alteraciones: la persona, con sesión iniciada en el portal, escribió el nombre siguiente, y todo cambio posterior de este archivo se detecta. No es una firma electrónica avanzada ni cualificada.", "זוהי חתימה אלקטרונית פשוטה עם חותם המגלה שינויים: החותם, שהיה מחובר לפורטל, הקליד את השם שלהלן, וכל שינוי מאוחר בקובץ ניכר. אין זו חתימה אלקטרונית מאובטחת או מאושרת.", "هذا توقيع إلكتروني بسيط مع ختم يكشف أي تعديل: كتب الموقّع الاسم أدناه وهو مسجل الدخول إلى البوابة، وأي تغيير لاحق في هذا الملف يظهر. وليس توقيعًا إلكترونيًا متقدمًا أو مؤهلًا.";
    SignedName: "Signed with the name", "Unterzeichnet mit dem Namen", "Signé du nom de", "Firmado con el nombre", "נחתם בשם", "وقع بالاسم";
    DocumentHead: "Document", "Dokument", "Document", "Documento", "המסמך", "المستند";
    DocumentId: "Document ID", "Dokument-ID", "Identifiant du document", "Identificador del documento", "מזהה המסמך", "معرف المستند";
    Title: "Title", "Titel", "Titre", "Título", "כותרת", "العنوان";
    Version: "Version", "Version", "Version", "Versión", "גרסה", "الإصدار";
    /// Before a SHA-256 of the bytes that the signer was shown.
    Digest: "SHA-256 of what was shown", "SHA-256 des Angezeigten", "SHA-256 de ce qui a été affiché", "SHA-256 de lo mostrado", "SHA-256 של מה שהוצג", "بصمة SHA-256 لما عرض";
    Signer: "Signer", "Unterzeichnende Person", "Signataire", "Firmante", "החותם", "الموقّع";
    TypedName: "Name as typed", "Eingetippter Name", "Nom saisi", "Nombre escrito", "השם שהוקלד", "الاسم المكتوب";
    Contact: "Contact", "Kontakt", "Contact", "Contacto", "איש קשר", "جهة الاتصال";
    ContactId: "Contact ID", "Kontakt-ID", "Identifiant du contact", "Identificador del contacto", "מזהה איש הקשר", "معرف جهة الاتصال";
    Email: "E-mail", "E-Mail", "E-mail", "Correo electrónico", "דוא״ל", "البريد الإلكتروني";
    Authenticated: "Authenticated by", "Angemeldet mit", "Authentification", "Autenticación", "אופן ההזדהות", "طريقة التحقق";
    /// How a contact has proved who it is: here, and by its host.
    ByPassword: "Password", "Passwort", "Mot de passe", "Contraseña", "סיסמה", "كلمة المرور";
    ByHost: "The firm’s own sign-on", "Anmeldung der Kanzlei", "Connexion propre au cabinet", "Inicio de sesión de la firma", "הכניסה של המשרד", "تسجيل دخول المكتب";
    Session: "Session", "Sitzung", "Session", "Sesión", "מזהה הכניסה", "الجلسة";
    TermsAccepted: "Signature terms accepted", "Angenommene Signaturbedingungen", "Conditions de signature acceptées", "Condiciones de firma aceptadas", "תנאי החתימה שאושרו", "شروط التوقيع المقبولة";
    IpAddress: "IP address", "IP-Adresse", "Adresse IP", "Dirección IP", "כתובת IP", "عنوان IP";
    Browser: "Browser", "Browser", "Navigateur", "Navegador", "דפדפן", "المتصفح";
    TimeZone: "Browser’s time zone", "Zeitzone des Browsers", "Fuseau horaire du navigateur", "Zona horaria del navegador", "אזור הזמן של הדפדפן", "المنطقة الزمنية للمتصفح";
    Events: "Events", "Ereignisse", "Événements", "Eventos", "אירועים", "الأحداث";
    TimeUtc: "Time (UTC)", "Zeit (UTC)", "Heure (UTC)", "Hora (UTC)", "שעה (UTC)", "الوقت (UTC)";
    FirmTime: "Firm’s time", "Zeit der Kanzlei", "Heure du cabinet", "Hora de la firma", "שעון המשרד", "توقيت المكتب";
    SentEvent: "Sent", "Gesendet", "Envoyé", "Enviado", "נשלח", "أرسل";
    ViewedEvent: "First viewed", "Erstmals angesehen", "Première consultation", "Visto por primera vez", "נצפה לראשונה", "عرض لأول مرة";
    ConsentedEvent: "Signature terms accepted", "Signaturbedingungen angenommen", "Conditions de signature acceptées", "Condiciones de firma aceptadas", "תנאי החתימה אושרו", "قبلت شروط التوقيع";
    SignedEvent: "Signed", "Unterzeichnet", "Signé", "Firmado", "נחתם", "وقع";
    NotRecorded: "not recorded", "nicht aufgezeichnet", "non enregistré", "no registrado", "לא נרשם", "غير مسجل";
    VerifyAt: "Anyone can check a copy at", "Jeder kann eine Kopie prüfen unter", "Chacun peut vérifier une copie sur", "Cualquiera puede comprobar una copia en", "כל אחד יכול לבדוק עותק בכתובת", "يمكن لأي شخص التحقق من نسخة على";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_every_language() {
        for label in Label::ALL {
            for language in PrintLanguage::ALL {
                let word = language.word(*label);
                assert!(!word.trim().is_empty(), "{label:?} {language:?}");
                assert_eq!(word, word.trim(), "{label:?} {language:?}");
                let right = word.chars().any(|c| ('\u{590}'..='\u{6ff}').contains(&c));
                assert_eq!(
                    right,
                    language.side() == Side::Right,
                    "{label:?} {language:?}"
                );
            }
        }
    }

    #[test]
    fn a_year_has_twelve_months_in_every_language() {
        for language in PrintLanguage::ALL {
            let months: Vec<_> = (1..=12)
                .map(|month| language.date(2026, month, 2))
                .collect();
            assert!(months.iter().all(|it| !it.contains('-')), "{months:?}");
            assert_eq!(language.date(2026, 13, 2), "2026-13-02");
        }
    }

    #[test]
    fn the_page_number_has_both_its_places_in_every_language() {
        for language in PrintLanguage::ALL {
            let words = language.word(Label::PageOf);
            assert_eq!(words.matches("{page}").count(), 1, "{language:?}");
            assert_eq!(words.matches("{pages}").count(), 1, "{language:?}");
        }
    }

    #[test]
    fn a_language_without_words_is_served_in_english() {
        let language = |tag| PrintLanguage::for_tag(&LanguageTag::parse(tag).unwrap());
        assert_eq!(language("de-CH"), PrintLanguage::German);
        assert_eq!(language("ar-EG"), PrintLanguage::Arabic);
        assert_eq!(language("ja"), PrintLanguage::English);
    }
}
