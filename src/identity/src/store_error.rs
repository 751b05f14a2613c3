/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away, locked or full. Nothing was written; the same call may go through later.
    #[error("the database cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Another row holds this unique value. Nothing was written.
    #[error("the value is in use")]
    Taken,
    /// The bearer has bought a key already. Nothing was written.
    #[error("the bearer has bought a key already")]
    BearerSpent,
    /// The request of this name asked for something else. Nothing was written.
    #[error("the request of this name asked for something else")]
    OtherRequest,
    /// The key that the request of this name made was used, or is over. Nothing was written.
    #[error("the key of this request was used already")]
    AlreadyAnswered,
    /// The sign-in that the key was to be made with ended meanwhile. Nothing was written.
    #[error("the sign-in that the key is made with has ended")]
    MakerEnded,
    /// The provider ended this session before the sign-in was written. Nothing was written.
    #[error("the provider ended this session meanwhile")]
    SignedOutMeanwhile,
    /// What stands in the database cannot be read: a fault of the program or of a hand-made change.
    #[error("the database holds something unreadable: {0}")]
    Corrupt(String),
}
