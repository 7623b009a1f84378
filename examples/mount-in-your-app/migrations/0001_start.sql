-- The app's own tables. The portal's are called caseflow_… and lie in the same database.
CREATE TABLE IF NOT EXISTS users (
    email TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    is_staff BIGINT NOT NULL,
    -- The contact of the portal that this user is, if it is one.
    contact TEXT UNIQUE,
    password_hash TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL REFERENCES users (email),
    signed_in_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS jobs (
    id BIGINT NOT NULL PRIMARY KEY,
    -- The client of the portal that the job is for.
    client TEXT NOT NULL,
    client_name TEXT NOT NULL,
    title TEXT NOT NULL,
    hours TEXT NOT NULL,
    rate TEXT NOT NULL,
    closed_at BIGINT
);

-- What was billed for a job: once.
CREATE TABLE IF NOT EXISTS postings (
    job BIGINT NOT NULL PRIMARY KEY REFERENCES jobs (id),
    invoice TEXT NOT NULL UNIQUE
);
