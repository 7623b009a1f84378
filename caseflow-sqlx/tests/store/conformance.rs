mod sqlite {
    caseflow_core::store_conformance! {
        #[tokio::test(flavor = "multi_thread")]
        async { caseflow_sqlx::testing::sqlite().await }
    }
}

mod postgres {
    caseflow_core::store_conformance! {
        #[tokio::test(flavor = "multi_thread")]
        async { caseflow_sqlx::testing::postgres().await }
    }
}

mod hosted_sqlite {
    caseflow_core::store_conformance! {
        #[tokio::test(flavor = "multi_thread")]
        async { caseflow_sqlx::testing::hosted_sqlite().await }
    }
}
