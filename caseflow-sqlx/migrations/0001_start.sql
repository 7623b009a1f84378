-- Every key begins with the firm. Money is in minor units, an instant is microseconds since 1970 in UTC, a calendar
-- day is ISO 8601, a hash is lower-case hexadecimal. `version` counts how often a record was written.

CREATE TABLE caseflow_firms (
    firm_id {text} NOT NULL PRIMARY KEY,
    version {int} NOT NULL CHECK (version >= 1),
    name {text} NOT NULL,
    address {text},
    tax_id {text},
    email {text},
    phone {text},
    zone {text} NOT NULL,
    language {text} NOT NULL,
    currency {text} NOT NULL CHECK (length(currency) = 3),
    accent {text} NOT NULL,
    logo_sha256 {text},
    logo_kind {text},
    sections {int} NOT NULL,
    portal_url {text} NOT NULL,
    disclaimer {text},
    muted {text} NOT NULL,
    attachments {text} NOT NULL CHECK (attachments IN ('on', 'off')),
    paper {text} NOT NULL,
    document_footer {text},
    how_to_pay {text},
    invoice_prefix {text} NOT NULL,
    invoice_width {int} NOT NULL,
    receipt_prefix {text} NOT NULL,
    receipt_width {int} NOT NULL,
    refund_prefix {text} NOT NULL,
    refund_width {int} NOT NULL,
    proposal_prefix {text} NOT NULL,
    proposal_width {int} NOT NULL,
    estimate_prefix {text} NOT NULL,
    estimate_width {int} NOT NULL,
    part_payment_currency {text},
    part_payment_least {int},
    session_idle {int} NOT NULL,
    session_absolute {int} NOT NULL,
    created_at {int} NOT NULL,
    CHECK ((logo_sha256 IS NULL) = (logo_kind IS NULL)),
    CHECK ((part_payment_currency IS NULL) = (part_payment_least IS NULL))
){strict};

-- Without a foreign key, for a firm may be written together with its first logo in either order.
CREATE TABLE caseflow_logos (
    firm_id {text} NOT NULL,
    sha256 {text} NOT NULL,
    bytes {blob} NOT NULL,
    PRIMARY KEY (firm_id, sha256)
){strict};

CREATE TABLE caseflow_clients (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    name {text} NOT NULL,
    address {text},
    tax_id {text},
    reference {text},
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id)
){strict};

CREATE TABLE caseflow_contacts (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    client_id {text} NOT NULL,
    first_name {text} NOT NULL,
    last_name {text} NOT NULL,
    email {text} NOT NULL,
    email_key {text} NOT NULL,
    phone {text},
    title {text},
    language {text},
    direction {text} NOT NULL,
    standing {text} NOT NULL CHECK (standing IN ('primary', 'other', 'removed')),
    access {text} NOT NULL CHECK (access IN ('off', 'invited', 'on')),
    password {text},
    permissions {int} NOT NULL,
    mail {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    CHECK ((access = 'on') = (password IS NOT NULL))
){strict};
CREATE UNIQUE INDEX caseflow_contacts_client ON caseflow_contacts (firm_id, client_id, id);
CREATE UNIQUE INDEX caseflow_contacts_email ON caseflow_contacts (firm_id, email_key) WHERE standing <> 'removed';
CREATE UNIQUE INDEX caseflow_contacts_primary ON caseflow_contacts (firm_id, client_id) WHERE standing = 'primary';

-- `total`, `received`, `credited` and `balance` repeat what the lines and the records add up to, for filters.
CREATE TABLE caseflow_invoices (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    client_id {text} NOT NULL,
    phase {text} NOT NULL CHECK (phase IN ('draft', 'issued', 'cancelled')),
    number {text},
    issued_at {int},
    cancelled_at {int},
    dated {text} NOT NULL,
    due {text} NOT NULL,
    currency {text} NOT NULL CHECK (length(currency) = 3),
    total {int} NOT NULL,
    received {int} NOT NULL,
    credited {int} NOT NULL,
    balance {int} NOT NULL,
    matter {text},
    client_note {text},
    internal_note {text},
    pricing {text} NOT NULL,
    totals {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    CHECK ((phase = 'draft') = (number IS NULL)),
    CHECK ((phase = 'draft') = (issued_at IS NULL)),
    CHECK ((phase = 'cancelled') = (cancelled_at IS NOT NULL))
){strict};
CREATE INDEX caseflow_invoices_dated ON caseflow_invoices (firm_id, dated, id);
CREATE INDEX caseflow_invoices_client ON caseflow_invoices (firm_id, client_id, dated, id);
-- Each invoice is in one of four, so that no filter by status wades through the others. What is open is filtered and
-- added up on the indexes alone.
CREATE INDEX caseflow_invoices_draft ON caseflow_invoices (firm_id, dated, id) WHERE phase = 'draft';
CREATE INDEX caseflow_invoices_cancelled ON caseflow_invoices (firm_id, dated, id) WHERE phase = 'cancelled';
CREATE INDEX caseflow_invoices_paid ON caseflow_invoices (firm_id, dated, id) WHERE phase = 'issued' AND balance <= 0;
CREATE INDEX caseflow_invoices_open ON caseflow_invoices (firm_id, dated, id, due, received)
    WHERE phase = 'issued' AND balance > 0;
CREATE INDEX caseflow_invoices_to_pay
    ON caseflow_invoices (firm_id, client_id, due, id, currency, balance, phase)
    WHERE phase = 'issued' AND balance > 0;

-- An attempt at paying online. `stage` says which of the facts below it are there; `ended_at` is when it was found out
-- that money came in or that none will. Whoever leases an attempt moves its `next_check`, and not its `version`.
CREATE TABLE caseflow_attempts (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    invoice_id {text} NOT NULL,
    client_id {text} NOT NULL,
    contact_id {text} NOT NULL,
    merchant {text} NOT NULL,
    currency {text} NOT NULL CHECK (length(currency) = 3),
    amount {int} NOT NULL,
    balance {int} NOT NULL,
    description {text} NOT NULL,
    email {text} NOT NULL,
    language {text} NOT NULL,
    return_url {text} NOT NULL,
    cancel_url {text} NOT NULL,
    expires_at {int} NOT NULL,
    stage {text} NOT NULL CHECK (stage IN
        ('creating', 'open', 'processing', 'succeeded', 'held', 'failed', 'expired', 'cancelled')),
    reference {text},
    next_step {text},
    txn {text},
    collected_currency {text},
    collected {int},
    ended_at {int},
    next_check {int},
    checks {int} NOT NULL,
    trouble_code {text},
    trouble_detail {text},
    started_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, invoice_id) REFERENCES caseflow_invoices (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    FOREIGN KEY (firm_id, contact_id) REFERENCES caseflow_contacts (firm_id, id),
    CHECK (reference IS NOT NULL OR stage NOT IN ('open', 'processing', 'succeeded', 'held')),
    CHECK (reference IS NULL OR stage <> 'creating'),
    CHECK ((next_step IS NOT NULL) = (stage = 'open')),
    CHECK ((txn IS NOT NULL) = (stage IN ('succeeded', 'held'))),
    CHECK ((collected IS NOT NULL) = (stage = 'held')),
    CHECK ((collected IS NULL) = (collected_currency IS NULL)),
    CHECK ((ended_at IS NULL) = (stage IN ('creating', 'open', 'processing'))),
    CHECK ((trouble_code IS NULL) = (trouble_detail IS NULL))
){strict};
CREATE INDEX caseflow_attempts_invoice ON caseflow_attempts (firm_id, invoice_id, id);
CREATE INDEX caseflow_attempts_stage ON caseflow_attempts (firm_id, stage, id);
CREATE INDEX caseflow_attempts_due ON caseflow_attempts (next_check, id) WHERE next_check IS NOT NULL;
CREATE UNIQUE INDEX caseflow_attempts_live ON caseflow_attempts (firm_id, invoice_id)
    WHERE stage IN ('creating', 'open', 'processing');
CREATE UNIQUE INDEX caseflow_attempts_checkout ON caseflow_attempts (firm_id, merchant, reference)
    WHERE reference IS NOT NULL;

-- `attempt_id`, `merchant` and `txn` are those of a payment that was made online.
CREATE TABLE caseflow_payments (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    invoice_id {text} NOT NULL,
    client_id {text} NOT NULL,
    currency {text} NOT NULL CHECK (length(currency) = 3),
    amount {int} NOT NULL,
    received_on {text} NOT NULL,
    mode {text} NOT NULL,
    reference {text},
    note {text},
    receipt {text} NOT NULL,
    voided_at {int},
    void_reason {text},
    attempt_id {text},
    merchant {text},
    txn {text},
    recorded_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, invoice_id) REFERENCES caseflow_invoices (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    FOREIGN KEY (firm_id, attempt_id) REFERENCES caseflow_attempts (firm_id, id),
    CHECK (void_reason IS NULL OR voided_at IS NOT NULL),
    CHECK ((attempt_id IS NULL) = (txn IS NULL)),
    CHECK ((merchant IS NULL) = (txn IS NULL))
){strict};
CREATE INDEX caseflow_payments_invoice ON caseflow_payments (firm_id, invoice_id, id);
CREATE INDEX caseflow_payments_client ON caseflow_payments (firm_id, client_id, received_on, id);
CREATE INDEX caseflow_payments_received ON caseflow_payments (firm_id, received_on, id);
CREATE UNIQUE INDEX caseflow_payments_charge ON caseflow_payments (firm_id, merchant, txn) WHERE txn IS NOT NULL;

-- Money of an online payment that went back or came back, as `kind` says; `amount` is more than zero.
CREATE TABLE caseflow_reversals (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    payment_id {text} NOT NULL,
    invoice_id {text} NOT NULL,
    client_id {text} NOT NULL,
    kind {text} NOT NULL CHECK (kind IN ('refund', 'refund_returned', 'dispute', 'dispute_won')),
    currency {text} NOT NULL CHECK (length(currency) = 3),
    amount {int} NOT NULL,
    merchant {text} NOT NULL,
    txn {text} NOT NULL,
    reversed_on {text} NOT NULL,
    number {text} NOT NULL,
    reason {text},
    recorded_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, payment_id) REFERENCES caseflow_payments (firm_id, id),
    FOREIGN KEY (firm_id, invoice_id) REFERENCES caseflow_invoices (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id)
){strict};
CREATE INDEX caseflow_reversals_invoice ON caseflow_reversals (firm_id, invoice_id, id);
CREATE INDEX caseflow_reversals_client ON caseflow_reversals (firm_id, client_id, reversed_on, id);
CREATE UNIQUE INDEX caseflow_reversals_txn ON caseflow_reversals (firm_id, merchant, kind, txn);

-- What staff asked for, whatever became of it; the money that went back is a reversal.
CREATE TABLE caseflow_refunds (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    payment_id {text} NOT NULL,
    attempt_id {text} NOT NULL,
    invoice_id {text} NOT NULL,
    client_id {text} NOT NULL,
    merchant {text} NOT NULL,
    charge {text} NOT NULL,
    currency {text} NOT NULL CHECK (length(currency) = 3),
    amount {int} NOT NULL,
    reason {text},
    state {text} NOT NULL CHECK (state IN ('asked', 'accepted', 'done', 'refused')),
    txn {text},
    trouble_code {text},
    trouble_detail {text},
    next_check {int},
    checks {int} NOT NULL,
    asked_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, payment_id) REFERENCES caseflow_payments (firm_id, id),
    FOREIGN KEY (firm_id, attempt_id) REFERENCES caseflow_attempts (firm_id, id),
    FOREIGN KEY (firm_id, invoice_id) REFERENCES caseflow_invoices (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    CHECK ((txn IS NOT NULL) = (state = 'done')),
    CHECK ((trouble_code IS NOT NULL) = (state = 'refused')),
    CHECK ((trouble_code IS NULL) = (trouble_detail IS NULL))
){strict};
CREATE INDEX caseflow_refunds_invoice ON caseflow_refunds (firm_id, invoice_id, id);
CREATE INDEX caseflow_refunds_due ON caseflow_refunds (next_check, id) WHERE next_check IS NOT NULL;

-- What staff should look at. Most are settled after a while, and the open ones are what is asked for.
CREATE TABLE caseflow_alerts (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    kind {text} NOT NULL,
    invoice_id {text},
    attempt_id {text},
    detail {text} NOT NULL,
    raised_at {int} NOT NULL,
    settled_at {int},
    settled_by {text},
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, invoice_id) REFERENCES caseflow_invoices (firm_id, id),
    FOREIGN KEY (firm_id, attempt_id) REFERENCES caseflow_attempts (firm_id, id),
    CHECK ((settled_at IS NULL) = (settled_by IS NULL))
){strict};
CREATE INDEX caseflow_alerts_open ON caseflow_alerts (firm_id, id) WHERE settled_at IS NULL;

-- `due` is when the notice may be leased next; none once it was worked off or given up. It is kept for a while after
-- that, so that it is known when it comes again.
CREATE TABLE caseflow_gateway_events (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    merchant {text} NOT NULL,
    event_id {text} NOT NULL,
    kind {text} NOT NULL,
    about {text} NOT NULL,
    received_at {int} NOT NULL,
    due {int},
    tries {int} NOT NULL,
    seen_at {int},
    PRIMARY KEY (firm_id, merchant, event_id)
){strict};
CREATE INDEX caseflow_gateway_events_due ON caseflow_gateway_events (due, event_id) WHERE due IS NOT NULL;
CREATE INDEX caseflow_gateway_events_kept ON caseflow_gateway_events (received_at) WHERE due IS NULL;

-- How far a merchant's record at its gateway has been read.
CREATE TABLE caseflow_sweeps (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    merchant {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    read_until {int} NOT NULL,
    due {int} NOT NULL,
    compared_at {int} NOT NULL,
    PRIMARY KEY (firm_id, merchant)
){strict};

CREATE TABLE caseflow_credits (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    invoice_id {text} NOT NULL,
    client_id {text} NOT NULL,
    currency {text} NOT NULL CHECK (length(currency) = 3),
    amount {int} NOT NULL,
    given_on {text} NOT NULL,
    reason {text},
    recorded_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, invoice_id) REFERENCES caseflow_invoices (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id)
){strict};
CREATE INDEX caseflow_credits_invoice ON caseflow_credits (firm_id, invoice_id, id);
CREATE INDEX caseflow_credits_client ON caseflow_credits (firm_id, client_id, given_on, invoice_id);

-- The bytes that records refer to by their hash. Never changed, and never removed.
CREATE TABLE caseflow_files (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    sha256 {text} NOT NULL,
    bytes {blob} NOT NULL,
    PRIMARY KEY (firm_id, sha256)
){strict};

-- A proposal or an estimate. `stage` says which of the facts below it are there; an answer is given by a contact or by
-- who has the link that was mailed to `decider_email`. `total` repeats what the lines add up to, for lists.
CREATE TABLE caseflow_offers (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    kind {text} NOT NULL CHECK (kind IN ('proposal', 'estimate')),
    client_id {text} NOT NULL,
    stage {text} NOT NULL CHECK (stage IN ('draft', 'sent', 'accepted', 'declined', 'withdrawn')),
    number {text},
    edition {int},
    digest {text},
    sent_at {int},
    viewed_at {int},
    decided_at {int},
    decider_id {text},
    decider_email {text},
    decider_name {text},
    reason {text},
    ip {text},
    user_agent {text},
    withdrawn_at {int},
    title {text} NOT NULL,
    body {text},
    dated {text} NOT NULL,
    open_till {text} NOT NULL,
    currency {text} NOT NULL CHECK (length(currency) = 3),
    total {int} NOT NULL,
    pricing {text} NOT NULL,
    totals {text} NOT NULL,
    matter {text},
    internal_note {text},
    email {text},
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    FOREIGN KEY (firm_id, decider_id) REFERENCES caseflow_contacts (firm_id, id),
    CHECK ((stage = 'draft') = (number IS NULL)),
    CHECK ((number IS NULL) = (edition IS NULL)),
    CHECK ((number IS NULL) = (digest IS NULL)),
    CHECK ((number IS NULL) = (sent_at IS NULL)),
    CHECK ((decided_at IS NOT NULL) = (stage IN ('accepted', 'declined'))),
    CHECK ((decided_at IS NULL) = (decider_name IS NULL)),
    CHECK ((decided_at IS NULL) = (decider_id IS NULL AND decider_email IS NULL)),
    CHECK (decider_id IS NULL OR decider_email IS NULL),
    CHECK ((withdrawn_at IS NOT NULL) = (stage = 'withdrawn'))
){strict};
CREATE INDEX caseflow_offers_kind ON caseflow_offers (firm_id, kind, id);
-- What is sent and what has expired are told apart on the index alone.
CREATE INDEX caseflow_offers_stage ON caseflow_offers (firm_id, kind, stage, id, open_till);
CREATE INDEX caseflow_offers_client ON caseflow_offers (firm_id, client_id, id);
CREATE INDEX caseflow_offers_shown ON caseflow_offers (firm_id, client_id, kind, sent_at, id) WHERE stage <> 'draft';
CREATE INDEX caseflow_offers_waiting ON caseflow_offers (firm_id, client_id, open_till, id) WHERE stage = 'sent';

-- Mailed links that show one offer without signing in.
CREATE TABLE caseflow_offer_links (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    offer_id {text} NOT NULL,
    client_id {text} NOT NULL,
    email {text} NOT NULL,
    token {text} NOT NULL,
    created_at {int} NOT NULL,
    revoked_at {int},
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, offer_id) REFERENCES caseflow_offers (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id)
){strict};
CREATE UNIQUE INDEX caseflow_offer_links_token ON caseflow_offer_links (firm_id, token);
CREATE INDEX caseflow_offer_links_offer ON caseflow_offer_links (firm_id, offer_id, id);

-- `stage` says which of the facts below it are there. What is signed has a `copy`; whoever leases one that is pending
-- moves its `seal_due`, and not its `version`.
CREATE TABLE caseflow_contracts (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    client_id {text} NOT NULL,
    stage {text} NOT NULL CHECK (stage IN ('draft', 'sent', 'signed', 'declined', 'withdrawn')),
    sent_version {int},
    shown_sha256 {text},
    shown_size {int},
    sent_at {int},
    viewed_at {int},
    signed_at {int},
    copy {text} CHECK (copy IN ('on_paper', 'pending', 'sealed')),
    seal_due {int},
    copy_sha256 {text},
    copy_size {int},
    seal_level {text},
    stamped_at {int},
    certificate {text},
    sealed_at {int},
    declined_at {int},
    decliner_id {text},
    decliner_name {text},
    reason {text},
    ip {text},
    user_agent {text},
    withdrawn_at {int},
    title {text} NOT NULL,
    body {text},
    upload_sha256 {text},
    upload_size {int},
    sign_by {text},
    matter {text},
    internal_note {text},
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    FOREIGN KEY (firm_id, decliner_id) REFERENCES caseflow_contacts (firm_id, id),
    FOREIGN KEY (firm_id, upload_sha256) REFERENCES caseflow_files (firm_id, sha256),
    FOREIGN KEY (firm_id, shown_sha256) REFERENCES caseflow_files (firm_id, sha256),
    FOREIGN KEY (firm_id, copy_sha256) REFERENCES caseflow_files (firm_id, sha256),
    CHECK ((body IS NULL) = (upload_sha256 IS NOT NULL)),
    CHECK ((upload_sha256 IS NULL) = (upload_size IS NULL)),
    CHECK ((stage = 'draft') = (sent_version IS NULL)),
    CHECK ((sent_version IS NULL) = (shown_sha256 IS NULL)),
    CHECK ((sent_version IS NULL) = (shown_size IS NULL)),
    CHECK ((sent_version IS NULL) = (sent_at IS NULL)),
    CHECK ((signed_at IS NOT NULL) = (stage = 'signed')),
    CHECK ((signed_at IS NULL) = (copy IS NULL)),
    CHECK ((seal_due IS NOT NULL) = (COALESCE(copy, '') = 'pending')),
    CHECK ((sealed_at IS NOT NULL) = (COALESCE(copy, '') = 'sealed')),
    CHECK ((sealed_at IS NULL) = (copy_sha256 IS NULL)),
    CHECK ((sealed_at IS NULL) = (copy_size IS NULL)),
    CHECK ((sealed_at IS NULL) = (seal_level IS NULL)),
    CHECK ((declined_at IS NOT NULL) = (stage = 'declined')),
    CHECK ((declined_at IS NULL) = (decliner_id IS NULL)),
    CHECK ((declined_at IS NULL) = (decliner_name IS NULL)),
    CHECK ((withdrawn_at IS NOT NULL) = (stage = 'withdrawn'))
){strict};
CREATE INDEX caseflow_contracts_stage ON caseflow_contracts (firm_id, stage, id, COALESCE(sign_by, '~'));
CREATE INDEX caseflow_contracts_client ON caseflow_contracts (firm_id, client_id, id);
CREATE INDEX caseflow_contracts_shown ON caseflow_contracts (firm_id, client_id, sent_at, id) WHERE stage <> 'draft';
-- What may be signed on any day comes after what has a last one.
CREATE INDEX caseflow_contracts_waiting ON caseflow_contracts (firm_id, client_id, COALESCE(sign_by, '~'), id)
    WHERE stage = 'sent';
CREATE INDEX caseflow_contracts_seals ON caseflow_contracts (seal_due, id) WHERE seal_due IS NOT NULL;

-- A contract's one signature, typed in the portal or made on paper: what was recorded of it, for ever.
CREATE TABLE caseflow_signatures (
    firm_id {text} NOT NULL,
    contract_id {text} NOT NULL,
    client_id {text} NOT NULL,
    contract_version {int} NOT NULL,
    shown {text} NOT NULL,
    at {int} NOT NULL,
    kind {text} NOT NULL CHECK (kind IN ('electronic', 'paper')),
    name {text} NOT NULL,
    contact_id {text},
    contact_name {text},
    email {text},
    time_zone {text},
    ip {text},
    user_agent {text},
    session_id {text},
    method {text},
    authenticated_at {int},
    terms {text},
    sent_at {int},
    viewed_at {int},
    consented_at {int},
    signed_on {text},
    recorded_by {text},
    note {text},
    CONSTRAINT caseflow_signatures_contract PRIMARY KEY (firm_id, contract_id),
    FOREIGN KEY (firm_id, contract_id) REFERENCES caseflow_contracts (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    FOREIGN KEY (firm_id, contact_id) REFERENCES caseflow_contacts (firm_id, id),
    CHECK ((kind = 'electronic') = (contact_id IS NOT NULL)),
    CHECK ((contact_id IS NULL) = (contact_name IS NULL)),
    CHECK ((contact_id IS NULL) = (email IS NULL)),
    CHECK ((contact_id IS NULL) = (method IS NULL)),
    CHECK ((contact_id IS NULL) = (authenticated_at IS NULL)),
    CHECK ((contact_id IS NULL) = (terms IS NULL)),
    CHECK ((contact_id IS NULL) = (sent_at IS NULL)),
    CHECK ((contact_id IS NULL) = (consented_at IS NULL)),
    CHECK ((kind = 'paper') = (signed_on IS NOT NULL)),
    CHECK ((signed_on IS NULL) = (recorded_by IS NULL))
){strict};

-- A shared document. The facts of its newest version are repeated here, and `dated` is what lists are sorted by. `words`
-- are those of its name and matter as the program folds them, each after a space: a term is looked for behind one.
CREATE TABLE caseflow_documents (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    client_id {text} NOT NULL,
    matter {text},
    readers {text} NOT NULL CHECK (readers IN ('all', 'chosen')),
    shared_at {int},
    dated {int} NOT NULL,
    number {int} NOT NULL CHECK (number >= 1),
    name {text} NOT NULL,
    media {text} NOT NULL,
    size {int} NOT NULL CHECK (size >= 0),
    sha256 {text} NOT NULL,
    blob_id {text} NOT NULL,
    added_at {int} NOT NULL,
    added_by {text} NOT NULL,
    words {text} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id)
){strict};
CREATE INDEX caseflow_documents_client ON caseflow_documents (firm_id, client_id, dated, id);
-- Each document is in one of two, so that no list of a firm wades through the others.
CREATE INDEX caseflow_documents_shared ON caseflow_documents (firm_id, dated, id) WHERE shared_at IS NOT NULL;
CREATE INDEX caseflow_documents_private ON caseflow_documents (firm_id, dated, id) WHERE shared_at IS NULL;

CREATE TABLE caseflow_document_versions (
    firm_id {text} NOT NULL,
    document_id {text} NOT NULL,
    number {int} NOT NULL CHECK (number >= 1),
    name {text} NOT NULL,
    media {text} NOT NULL,
    size {int} NOT NULL CHECK (size >= 0),
    sha256 {text} NOT NULL,
    blob_id {text} NOT NULL,
    added_at {int} NOT NULL,
    added_by {text} NOT NULL,
    PRIMARY KEY (firm_id, document_id, number),
    FOREIGN KEY (firm_id, document_id) REFERENCES caseflow_documents (firm_id, id) ON DELETE CASCADE
){strict};
CREATE INDEX caseflow_document_versions_blob ON caseflow_document_versions (firm_id, blob_id);

-- Those for whom a document is there, when not all are. `client_id` is that of the document and of the contact: whoever
-- belongs to another client cannot be chosen.
CREATE TABLE caseflow_document_readers (
    firm_id {text} NOT NULL,
    document_id {text} NOT NULL,
    client_id {text} NOT NULL,
    contact_id {text} NOT NULL,
    PRIMARY KEY (firm_id, document_id, contact_id),
    FOREIGN KEY (firm_id, document_id) REFERENCES caseflow_documents (firm_id, id) ON DELETE CASCADE,
    FOREIGN KEY (firm_id, client_id, contact_id) REFERENCES caseflow_contacts (firm_id, client_id, id)
        ON UPDATE CASCADE
){strict};
CREATE INDEX caseflow_document_readers_contact ON caseflow_document_readers (firm_id, contact_id, document_id);

-- What is sealed of an item, by the key of version `item_version` alone. `key_id` and `key_version` repeat which key its
-- envelope names, for a rotation, which spans all firms.
CREATE TABLE caseflow_vault_items (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    client_id {text} NOT NULL,
    readers {text} NOT NULL CHECK (readers IN ('all', 'chosen')),
    item_version {int} NOT NULL CHECK (item_version >= 1),
    envelope {blob} NOT NULL,
    key_id {text} NOT NULL,
    key_version {int} NOT NULL,
    details {blob} NOT NULL,
    body_blob {text},
    body_length {int},
    sealed_at {int} NOT NULL,
    added_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    CHECK ((body_blob IS NULL) = (body_length IS NULL))
){strict};
CREATE INDEX caseflow_vault_items_client ON caseflow_vault_items (firm_id, client_id, id);
CREATE INDEX caseflow_vault_items_key ON caseflow_vault_items (key_id, key_version, firm_id, id);
CREATE INDEX caseflow_vault_items_body ON caseflow_vault_items (firm_id, body_blob) WHERE body_blob IS NOT NULL;

-- As those of a document.
CREATE TABLE caseflow_vault_readers (
    firm_id {text} NOT NULL,
    item_id {text} NOT NULL,
    client_id {text} NOT NULL,
    contact_id {text} NOT NULL,
    PRIMARY KEY (firm_id, item_id, contact_id),
    FOREIGN KEY (firm_id, item_id) REFERENCES caseflow_vault_items (firm_id, id) ON DELETE CASCADE,
    FOREIGN KEY (firm_id, client_id, contact_id) REFERENCES caseflow_contacts (firm_id, client_id, id)
        ON UPDATE CASCADE
){strict};
CREATE INDEX caseflow_vault_readers_contact ON caseflow_vault_readers (firm_id, contact_id, item_id);

-- `section` is the bit of the section whose permission shows or hides the line. `number` repeats that of the invoice
-- or offer concerned, which never changes: a feed of ten lines need not look up ten invoices.
CREATE TABLE caseflow_activities (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    client_id {text} NOT NULL,
    kind {text} NOT NULL,
    section {int} NOT NULL,
    about {text} NOT NULL,
    number {text},
    currency {text},
    amount {int},
    at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    CHECK ((currency IS NULL) = (amount IS NULL))
){strict};
CREATE INDEX caseflow_activities_client ON caseflow_activities (firm_id, client_id, id);

CREATE TABLE caseflow_announcements (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    title {text} NOT NULL,
    body {text} NOT NULL,
    shown_from {int} NOT NULL,
    shown_until {int},
    audience {text} NOT NULL CHECK (audience IN ('everyone', 'clients')),
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id)
){strict};

CREATE TABLE caseflow_announcement_clients (
    firm_id {text} NOT NULL,
    announcement_id {text} NOT NULL,
    place {int} NOT NULL,
    client_id {text} NOT NULL,
    PRIMARY KEY (firm_id, announcement_id, place),
    FOREIGN KEY (firm_id, announcement_id) REFERENCES caseflow_announcements (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id)
){strict};
CREATE INDEX caseflow_announcement_clients_client
    ON caseflow_announcement_clients (firm_id, client_id, announcement_id);

CREATE TABLE caseflow_dismissals (
    firm_id {text} NOT NULL,
    contact_id {text} NOT NULL,
    announcement_id {text} NOT NULL,
    at {int} NOT NULL,
    PRIMARY KEY (firm_id, contact_id, announcement_id),
    FOREIGN KEY (firm_id, contact_id) REFERENCES caseflow_contacts (firm_id, id),
    FOREIGN KEY (firm_id, announcement_id) REFERENCES caseflow_announcements (firm_id, id)
){strict};

-- An article of the library. `place` is where it stands there: both engines compare it by its bytes.
CREATE TABLE caseflow_articles (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    slug {text} NOT NULL,
    group_name {text} NOT NULL,
    title {text} NOT NULL,
    summary {text},
    body {text} NOT NULL,
    place {text} NOT NULL,
    stage {text} NOT NULL CHECK (stage IN ('draft', 'internal', 'published')),
    published_at {int},
    created_at {int} NOT NULL,
    changed_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    CHECK ((published_at IS NOT NULL) = (stage = 'published'))
){strict};
CREATE UNIQUE INDEX caseflow_articles_slug ON caseflow_articles (firm_id, slug);
CREATE INDEX caseflow_articles_stage ON caseflow_articles (firm_id, stage, id);
CREATE INDEX caseflow_articles_place ON caseflow_articles (firm_id, place, id) WHERE stage = 'published';
CREATE INDEX caseflow_articles_group ON caseflow_articles (firm_id, group_name, place, id) WHERE stage = 'published';

-- The words by which an article is found, as the program folds them: no engine knows of letters or of languages.
CREATE TABLE caseflow_article_words (
    firm_id {text} NOT NULL,
    article_id {text} NOT NULL,
    word {text} NOT NULL,
    PRIMARY KEY (firm_id, article_id, word),
    FOREIGN KEY (firm_id, article_id) REFERENCES caseflow_articles (firm_id, id)
){strict};
CREATE INDEX caseflow_article_words_word ON caseflow_article_words (firm_id, word, article_id);

-- How many commits concerned a client, whose pages may look otherwise since; under no client, those that concerned all
-- of the firm. Without a foreign key: what is counted refers to the client itself.
CREATE TABLE caseflow_marks (
    firm_id {text} NOT NULL,
    client_id {text} NOT NULL,
    mark {int} NOT NULL CHECK (mark >= 1),
    PRIMARY KEY (firm_id, client_id)
){strict};

-- `client_id` repeats that of the contact, for the one read of a page that is remembered. `staff` is who looks at the portal
-- as the contact; nobody in a session of the contact's own.
CREATE TABLE caseflow_sessions (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    contact_id {text} NOT NULL,
    client_id {text} NOT NULL,
    token {text} NOT NULL,
    authenticated_at {int} NOT NULL,
    proved_at {int},
    seen_at {int} NOT NULL,
    idle {int} NOT NULL,
    expires_at {int} NOT NULL,
    ip {text},
    user_agent {text},
    staff {text},
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, client_id, contact_id) REFERENCES caseflow_contacts (firm_id, client_id, id)
        ON UPDATE CASCADE
){strict};
CREATE UNIQUE INDEX caseflow_sessions_token ON caseflow_sessions (firm_id, token);
CREATE INDEX caseflow_sessions_contact ON caseflow_sessions (firm_id, contact_id);

CREATE TABLE caseflow_links (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    contact_id {text} NOT NULL,
    purpose {text} NOT NULL,
    email {text},
    staff {text},
    token {text} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, contact_id) REFERENCES caseflow_contacts (firm_id, id)
){strict};
CREATE UNIQUE INDEX caseflow_links_token ON caseflow_links (firm_id, token);
CREATE INDEX caseflow_links_contact ON caseflow_links (firm_id, contact_id, purpose);

CREATE TABLE caseflow_throttles (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    key {text} NOT NULL,
    tries {int} NOT NULL,
    last_at {int} NOT NULL,
    blocked_until {int} NOT NULL,
    PRIMARY KEY (firm_id, key)
){strict};

CREATE TABLE caseflow_api_keys (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    id {text} NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    name {text} NOT NULL,
    token {text} NOT NULL,
    scope {text} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int},
    revoked_at {int},
    PRIMARY KEY (firm_id, id)
){strict};
-- The one key without a firm: the secret itself says which firm is meant.
CREATE UNIQUE INDEX caseflow_api_keys_token ON caseflow_api_keys (token);

CREATE TABLE caseflow_counters (
    firm_id {text} NOT NULL,
    client_id {text} NOT NULL,
    code {text} NOT NULL,
    value {int} NOT NULL,
    PRIMARY KEY (firm_id, client_id, code),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id)
){strict};

CREATE TABLE caseflow_series (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    series {text} NOT NULL,
    taken {int} NOT NULL CHECK (taken >= 1),
    PRIMARY KEY (firm_id, series)
){strict};

CREATE TABLE caseflow_audit (
    firm_id {text} NOT NULL REFERENCES caseflow_firms (firm_id),
    seq {int} NOT NULL,
    at {int} NOT NULL,
    actor {text} NOT NULL,
    ip {text},
    user_agent {text},
    action {text} NOT NULL,
    about {text} NOT NULL,
    facts {text} NOT NULL,
    hash {text} NOT NULL,
    PRIMARY KEY (firm_id, seq)
){strict};

CREATE TABLE caseflow_audit_about (
    firm_id {text} NOT NULL,
    subject {text} NOT NULL,
    seq {int} NOT NULL,
    PRIMARY KEY (firm_id, subject, seq),
    FOREIGN KEY (firm_id, seq) REFERENCES caseflow_audit (firm_id, seq)
){strict};

CREATE TABLE caseflow_audit_heads (
    firm_id {text} NOT NULL PRIMARY KEY REFERENCES caseflow_firms (firm_id),
    seq {int} NOT NULL,
    hash {text} NOT NULL
){strict};

-- To a contact, or to a client by an address that is none of a contact's. `due` is when the mail may be leased next; none
-- once it is a dead letter. `setback` says why it did not leave, `forgiven` how many of the tries no longer count.
CREATE TABLE caseflow_outbox (
    firm_id {text} NOT NULL,
    id {text} NOT NULL,
    contact_id {text},
    client_id {text},
    kind {text} NOT NULL,
    email {text},
    invoice_id {text},
    payment_id {text},
    reversal_id {text},
    alert_id {text},
    offer_id {text},
    contract_id {text},
    document_id {text},
    setback {text},
    not_before {int} NOT NULL,
    due {int},
    tries {int} NOT NULL,
    forgiven {int} NOT NULL,
    leased_until {int},
    version {int} NOT NULL,
    PRIMARY KEY (firm_id, id),
    FOREIGN KEY (firm_id, contact_id) REFERENCES caseflow_contacts (firm_id, id),
    FOREIGN KEY (firm_id, client_id) REFERENCES caseflow_clients (firm_id, id),
    CHECK ((contact_id IS NULL) <> (client_id IS NULL))
){strict};
CREATE INDEX caseflow_outbox_due ON caseflow_outbox (due, id) WHERE due IS NOT NULL;
CREATE INDEX caseflow_outbox_dead ON caseflow_outbox (firm_id, id) WHERE due IS NULL;

-- Without a foreign key, for a firm may be made by a request that has a key.
CREATE TABLE caseflow_idempotency (
    firm_id {text} NOT NULL,
    principal {text} NOT NULL,
    key {text} NOT NULL,
    fingerprint {text} NOT NULL,
    reply_id {text} NOT NULL,
    reply_version {int} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (firm_id, principal, key)
){strict};
CREATE INDEX caseflow_idempotency_expires ON caseflow_idempotency (expires_at);
