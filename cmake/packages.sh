# Sourced by the scripts: install_packages makes sure that the Debian packages naascc is built and tested with are there.
# Only what is missing is installed, so that a machine that has everything needs neither network nor rights.

# MPI is optional: naas runs on one machine without it.
# libgmp-dev: isl's pkg-config file links it, its package does not bring it.
NAAS_PACKAGES='gcc libc6-dev cmake make pkg-config libclang-19-dev libisl-dev libgmp-dev libcjson-dev libsqlite3-dev libyaml-dev libcmocka-dev libopenmpi-dev openmpi-bin clang-format clang-tidy'

install_packages() {
    missing=
    for package in $NAAS_PACKAGES; do
        case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
        *' installed') ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -z "$missing" ] && return 0
    echo "installing$missing"
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
