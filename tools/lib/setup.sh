# Set-up shared by the scripts of this repository; sourced by bash, never run.
# Each `need_*` notes what is missing; `install_missing` then installs all of it in one go, or says what to type.
# Where nothing is missing nothing is run and nothing is said.

missing=()

# Debian's packages, if the command that they bring is not there: need_command COMMAND PACKAGE...
need_command() {
    command -v "$1" >/dev/null 2>&1 || missing+=("${@:2}")
}

# Debian's packages, if the file that they bring is not there: need_file FILE PACKAGE...
need_file() {
    [[ -e $1 ]] || missing+=("${@:2}")
}

# Debian's package, if the shared library that it brings is not there: need_library SONAME PACKAGE
need_library() {
    # ldconfig is outside a plain user's PATH on Debian.
    PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null | grep -qF "$1 " || missing+=("$2")
}

install_missing() {
    ((${#missing[@]})) || return 0
    local names as_root=()
    names="$(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')"
    if ! command -v apt-get >/dev/null; then
        echo "Missing here, by the names of Debian's packages: $names" >&2
        echo "Install what brings them on this system and start again." >&2
        exit 1
    fi
    if ((EUID != 0)); then
        if ! sudo -n true 2>/dev/null; then
            echo "Some packages are missing, and installing them needs root. Type this and start again:" >&2
            echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $names" >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    echo "Installing ${names% }" >&2
    # shellcheck disable=SC2086 # one word a package
    if ! { "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends $names; } >&2 </dev/null; then
        echo "That failed. Type this, see what it says, and start again:" >&2
        echo "  ${as_root[*]:+sudo }apt-get update && ${as_root[*]:+sudo }apt-get install -y --no-install-recommends $names" >&2
        exit 1
    fi
    missing=()
}

# cargo, and the linker that rustc calls.
need_rust() {
    if ! command -v cargo >/dev/null 2>&1; then
        if [[ -x ${CARGO_HOME:-$HOME/.cargo}/bin/cargo ]]; then
            PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
        else
            echo "cargo is missing: install Rust as https://rustup.rs says and start again." >&2
            exit 1
        fi
    fi
    need_command cc gcc libc6-dev
}

# A loader and any driver. Whether the driver finds a device is the program's to say.
need_vulkan() {
    need_library libvulkan.so.1 libvulkan1
    [[ -n ${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-} ]] || compgen -G '/usr/share/vulkan/icd.d/*.json' >/dev/null ||
        compgen -G '/usr/local/share/vulkan/icd.d/*.json' >/dev/null ||
        compgen -G '/etc/vulkan/icd.d/*.json' >/dev/null ||
        compgen -G "${XDG_DATA_HOME:-$HOME/.local/share}/vulkan/icd.d/*.json" >/dev/null ||
        missing+=(mesa-vulkan-drivers)
}

# Where downloads and what is made of them are kept between runs.
cache="${XDG_CACHE_HOME:-$HOME/.cache}/galvani"
