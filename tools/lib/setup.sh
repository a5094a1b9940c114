# Set-up shared by the scripts of this repository; sourced by bash, never run.
# Each `need_*` notes what is missing; `install_missing` then installs all of it in one go, or says what to type.
# Where nothing is missing nothing is run and nothing is said.

# Where downloads and what is made of them are kept between runs.
cache="${XDG_CACHE_HOME:-$HOME/.cache}/galvani"

# Names of Debian's packages.
missing=()

# need_command COMMAND PACKAGE: the package, if the command that it brings is not there.
need_command() {
    command -v "$1" >/dev/null 2>&1 || missing+=("$2")
}

# need_file FILE PACKAGE: the package, if the file that it brings is not there.
need_file() {
    [[ -e $1 ]] || missing+=("$2")
}

# need_library SONAME PACKAGE: the package, if the shared library that it brings is not there.
need_library() {
    [[ $'\n'$(libraries) == *$'\n\t'"$1 "* ]] || missing+=("$2")
}

# What the dynamic linker knows. Fails on a system that is not asked this way (macOS, musl): there the program
# itself says what it lacks.
libraries() {
    # ldconfig is outside a plain user's PATH on Debian.
    PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null
}

# vulkan_file PATTERN: prints the first file of that name where the Vulkan loader looks; fails if there is none.
vulkan_file() {
    local folder found
    local -a folders
    IFS=: read -ra folders <<<"/etc:${XDG_DATA_HOME:-$HOME/.local/share}:${XDG_DATA_DIRS:-}:/usr/local/share:/usr/share"
    for folder in "${folders[@]}"; do
        # shellcheck disable=SC2086 # the pattern is one
        for found in "$folder"/vulkan/$1; do
            if [[ -n $folder && -e $found ]]; then
                echo "$found"
                return 0
            fi
        done
    done
    return 1
}

install_missing() {
    ((${#missing[@]})) || return 0
    local names sudo=
    names="$(printf '%s\n' "${missing[@]}" | sort -u | paste -sd ' ')"
    missing=()
    if ! command -v apt-get >/dev/null; then
        echo "Missing here, by the names of Debian's packages: $names" >&2
        echo "Install what brings them on this system and start again." >&2
        exit 1
    fi
    ((EUID == 0)) || sudo='sudo '
    local line="${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends $names"
    if [[ -n $sudo ]] && ! sudo -n true 2>/dev/null; then
        echo "Something is missing here, and installing it needs root. Type this and start again:" >&2
        echo "  $line" >&2
        exit 1
    fi
    echo "Installing $names" >&2
    # shellcheck disable=SC2086 # an empty $sudo is no word, and each package is one
    if ! { $sudo apt-get -qq update && $sudo env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends install $names; } </dev/null >/dev/null; then
        echo "That failed. Type this, mend what it says, and start again:" >&2
        echo "  $line" >&2
        exit 1
    fi
}

# cargo, and the linker that rustc calls.
need_rust() {
    local bin="${CARGO_HOME:-$HOME/.cargo}/bin"
    if ! command -v cargo >/dev/null 2>&1; then
        if [[ ! -x $bin/cargo ]]; then
            echo "cargo is missing: install Rust as https://rustup.rs says and start again." >&2
            exit 1
        fi
        export PATH="$bin:$PATH"
    fi
    if ! command -v cc >/dev/null 2>&1; then missing+=(gcc libc6-dev); fi
}

# A Vulkan loader and any driver. Whether the driver finds a device is the program's to say.
need_vulkan() {
    libraries >/dev/null || return 0
    need_library libvulkan.so.1 libvulkan1
    [[ -n ${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-} ]] || vulkan_file 'icd.d/*.json' >/dev/null ||
        missing+=(mesa-vulkan-drivers)
}

# What a window is opened with at run time.
need_window() {
    libraries >/dev/null || return 0
    if [[ -n ${WAYLAND_DISPLAY:-} ]]; then
        need_library libwayland-client.so.0 libwayland-client0
        need_library libxkbcommon.so.0 libxkbcommon0
    else
        need_library libX11.so.6 libx11-6
        need_library libX11-xcb.so.1 libx11-xcb1
        need_library libXcursor.so.1 libxcursor1
        need_library libXi.so.6 libxi6
        need_library libxkbcommon-x11.so.0 libxkbcommon-x11-0
    fi
}

# What the tests use beyond the program: the validation layer, and a display of their own.
need_tests() {
    need_vulkan
    WAYLAND_DISPLAY='' need_window
    vulkan_file 'explicit_layer.d/VkLayer_khronos_validation.json' >/dev/null || [[ -n ${VK_LAYER_PATH:-} ]] ||
        missing+=(vulkan-validationlayers)
    need_command Xvfb xvfb
    need_command xdotool xdotool
    need_command xclip xclip
    need_command xwininfo x11-utils
    # What others make of pictures in shapes.
    need_command rsvg-convert librsvg2-bin
    need_command pdftocairo poppler-utils
    # What other programs make of sidecars is asked in Python, with packages from PyPI.
    python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        missing+=(python3 python3-venv)
}
