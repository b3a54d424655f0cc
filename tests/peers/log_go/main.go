// log_go reads a seal log with the Go project's own code for transparency
// logs (golang.org/x/mod/sumdb: note, tlog), which shares nothing with ours.
//
//	log_go LOG [PROOF]
//
// It prints TAP: the checkpoint's signature, every tile against the root,
// every entry against its tile, inclusion proofs, the entries' canonical form;
// then a .tlog-proof under the key in LOG/vkey.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var count, bad int

func result(name string, err error) bool {
	count++
	if err == nil {
		fmt.Printf("ok %d - %s\n", count, name)
		return true
	}
	bad++
	fmt.Printf("not ok %d - %s\n# %v\n", count, name, err)
	return false
}

// name of tile n of a level, as C2SP tlog-tiles has it.
func name(level string, n int64, width int) string {
	s := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		s = fmt.Sprintf("x%03d/%s", n%1000, s)
	}
	s = "tile/" + level + "/" + s
	if width < 256 {
		s += fmt.Sprintf(".p/%d", width)
	}
	return s
}

type tiles struct{ dir string }

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, w := range want {
		data, err := os.ReadFile(filepath.Join(
			t.dir, name(strconv.Itoa(w.L), w.N, w.W)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func openCheckpoint(text []byte, vkey string) (tlog.Tree, error) {
	var tree tlog.Tree
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	n, err := note.Open(text, note.VerifierList(v))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != v.Name() || lines[3] != "" {
		return tree, fmt.Errorf("not three lines: %q", n.Text)
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tree, err
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("root %q: %v", lines[2], err)
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

func readEntries(dir string, size int64) ([][]byte, error) {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := 256
		if size-n*256 < 256 {
			width = int(size - n*256)
		}
		data, err := os.ReadFile(
			filepath.Join(dir, name("entries", n, width)))
		if err != nil {
			return nil, err
		}
		for ; width > 0; width-- {
			if len(data) < 2 {
				return nil, fmt.Errorf("bundle %d is cut", n)
			}
			l := int(binary.BigEndian.Uint16(data))
			if len(data) < 2+l {
				return nil, fmt.Errorf("bundle %d is cut", n)
			}
			all = append(all, data[2:2+l])
			data = data[2+l:]
		}
		if len(data) != 0 {
			return nil, fmt.Errorf("bundle %d has a rest", n)
		}
	}
	return all, nil
}

func checkEntries(r tlog.HashReader, tree tlog.Tree, entries [][]byte) error {
	for i, e := range entries {
		h, err := r.ReadHashes(
			[]int64{tlog.StoredHashIndex(0, int64(i))})
		if err != nil {
			return err
		}
		if tlog.RecordHash(e) != h[0] {
			return fmt.Errorf("entry %d is not in its tile", i)
		}
	}
	return nil
}

func checkProofs(r tlog.HashReader, tree tlog.Tree, entries [][]byte) error {
	for i := int64(0); i < tree.N; i += 1 + tree.N/50 {
		p, err := tlog.ProveRecord(tree.N, i, r)
		if err != nil {
			return err
		}
		err = tlog.CheckRecord(
			p, tree.N, tree.Hash, i, tlog.RecordHash(entries[i]))
		if err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
	}
	return nil
}

// For ASCII names and integers Go's encoder writes what RFC 8785 wants.
func checkCanonical(entries [][]byte) error {
	for i, e := range entries {
		var members map[string]any
		d := json.NewDecoder(bytes.NewReader(e))
		d.UseNumber()
		if err := d.Decode(&members); err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
		var again bytes.Buffer
		w := json.NewEncoder(&again)
		w.SetEscapeHTML(false)
		if err := w.Encode(members); err != nil {
			return err
		}
		if !bytes.Equal(bytes.TrimSuffix(again.Bytes(), []byte("\n")), e) {
			return fmt.Errorf("entry %d is not canonical: %s", i, e)
		}
	}
	return nil
}

func checkProofFile(file, vkey string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, checkpoint, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") ||
		!strings.HasPrefix(lines[2], "index ") {
		return fmt.Errorf("not a proof")
	}
	tree, err := openCheckpoint(checkpoint, vkey)
	if err != nil {
		return err
	}
	extra, err := base64.StdEncoding.DecodeString(lines[1][6:])
	if err != nil {
		return err
	}
	var private struct{ Entry, Leaf string }
	if err = json.Unmarshal(extra, &private); err != nil {
		return err
	}
	index, err := strconv.ParseInt(lines[2][6:], 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, h)
	}
	err = tlog.CheckRecord(proof, tree.N, tree.Hash, index,
		tlog.RecordHash([]byte(private.Entry)))
	if err != nil {
		return err
	}
	// The leaf octets hash to what the entry says, as RFC 6962 hashes.
	leaf, err := base64.RawURLEncoding.DecodeString(private.Leaf)
	if err != nil {
		return err
	}
	var entry struct{ Kind, Leaf string }
	if err = json.Unmarshal([]byte(private.Entry), &entry); err != nil {
		return err
	}
	h := tlog.RecordHash(leaf)
	if entry.Kind != "seal" ||
		entry.Leaf != base64.RawURLEncoding.EncodeToString(h[:]) {
		return fmt.Errorf("leaf and entry do not belong together")
	}
	return nil
}

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, "usage: log_go LOG [PROOF]")
		os.Exit(64)
	}
	dir := os.Args[1]
	key, err := os.ReadFile(filepath.Join(dir, "vkey"))
	vkey := strings.TrimSuffix(string(key), "\n")
	var text []byte
	if err == nil {
		text, err = os.ReadFile(filepath.Join(dir, "checkpoint"))
	}
	var tree tlog.Tree
	if err == nil {
		tree, err = openCheckpoint(text, vkey)
	}
	if result("x/mod/sumdb/note opens the checkpoint", err) {
		r := tlog.TileHashReader(tree, tiles{dir})
		entries, err := readEntries(dir, tree.N)
		if result("bundles hold as many entries as the checkpoint says", err) {
			result("x/mod/sumdb/tlog leads every entry to the root",
				checkEntries(r, tree, entries))
			result("x/mod/sumdb/tlog proves entries from the tiles",
				checkProofs(r, tree, entries))
			result("entries are what encoding/json writes, sorted",
				checkCanonical(entries))
		}
	}
	if len(os.Args) == 3 {
		result("x/mod/sumdb/tlog accepts the proof file",
			checkProofFile(os.Args[2], vkey))
	}
	fmt.Printf("1..%d\n", count)
	if bad != 0 {
		os.Exit(1)
	}
}
