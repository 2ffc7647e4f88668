//! For whom an article is.

use crate::named::named;

named! {
    /// How far an article has come.
    Publication {
        /// Being written; the default.
        Draft => "draft",
        /// To be read.
        Published => "published",
        /// No longer true, kept for the record.
        Archived => "archived",
    }
}

named! {
    /// Who may read an article once it is published.
    Visibility {
        /// Everybody, without signing in.
        Public => "public",
        /// Customers and staff; the default.
        Customers => "customers",
        /// Staff.
        Internal => "internal",
    }
}

/// Who reads. Each reads what the one before it reads, and more. Every query takes one, so that forgetting it does not
/// compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Audience {
    /// Somebody who has not signed in.
    Anybody,
    /// A customer.
    Customers,
    /// Staff, and machines with the permission.
    Staff,
}

impl Audience {
    /// All, the narrowest first.
    pub const ALL: [Self; 3] = [Self::Anybody, Self::Customers, Self::Staff];

    /// Whether this reader may know of such an article.
    pub fn may_read(self, publication: Publication, visibility: Visibility) -> bool {
        match publication {
            Publication::Published => self >= Self::least(visibility),
            Publication::Draft | Publication::Archived => self == Self::Staff,
        }
    }

    /// The narrowest audience that reads published articles of that visibility.
    pub const fn least(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Public => Self::Anybody,
            Visibility::Customers => Self::Customers,
            Visibility::Internal => Self::Staff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who may read what, as a person reads it: `a` anybody, `c` customers, `s` staff.
    #[test]
    fn the_whole_table_is_as_written_down() {
        let mut drawn = Vec::new();
        for publication in Publication::ALL {
            for visibility in Visibility::ALL {
                let may: String = Audience::ALL
                    .into_iter()
                    .zip(['a', 'c', 's'])
                    .filter(|(audience, _)| audience.may_read(*publication, *visibility))
                    .map(|(_, letter)| letter)
                    .collect();
                drawn.push(format!(
                    "{} {} {may}",
                    publication.name(),
                    visibility.name()
                ));
            }
        }
        let expected = [
            "draft public s",
            "draft customers s",
            "draft internal s",
            "published public acs",
            "published customers cs",
            "published internal s",
            "archived public s",
            "archived customers s",
            "archived internal s",
        ];
        assert_eq!(drawn, expected);
    }

    #[test]
    fn names_are_read_back() {
        for publication in Publication::ALL {
            assert_eq!(Publication::parse(publication.name()), Some(*publication));
        }
        for visibility in Visibility::ALL {
            assert_eq!(Visibility::parse(visibility.name()), Some(*visibility));
        }
        assert_eq!(Visibility::parse("everybody"), None);
    }
}
