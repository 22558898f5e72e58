//! One file per service. Adding one: a file here, its name in this list, a data sheet and an icon.

/// Declares the modules and the list that everything else reads.
macro_rules! services {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        /// Every service, in the order of the palette.
        pub static ALL: &[&super::Service] = &[$(&$name::SERVICE),*];
    };
}

services![users, route53, cloudfront, elb, ec2, asg, rds, aurora, elasticache, s3, efs, ebs, sqs, sns, station];

/// The parts that every service file states the same way.
macro_rules! service {
    ($key:literal, $($field:ident: $value:expr),* $(,)?) => {
        static DATA: std::sync::LazyLock<crate::catalog::Sheet> = std::sync::LazyLock::new(|| {
            crate::catalog::Sheet::embedded($key, include_str!(concat!("../../../assets/catalog/", $key, ".ron")))
        });
        /// The catalogue's entry.
        pub static SERVICE: crate::catalog::Service = crate::catalog::Service {
            key: $key,
            icon: include_str!(concat!("../../../assets/icons/", $key, ".svg")),
            data: &DATA,
            $($field: $value),*
        };
    };
}
use service;
