-- What a token was made for, and when and from where roughly it was last used. Of those made before, the use is known when they are used again.

ALTER TABLE token ADD COLUMN use {text};
ALTER TABLE token ADD COLUMN used_at {i64};
ALTER TABLE token ADD COLUMN used_from {text}; -- a network, not an address: 192.0.2.0/24
