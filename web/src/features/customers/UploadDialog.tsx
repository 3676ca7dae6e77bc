import { Dialog, toast } from "../../kit";
import { ImportForm } from "../../import/ImportForm";

/** The import of a file over the page; it closes once the file has arrived. */
export function UploadDialog(props: { onClose: () => void; onStarted: () => void }) {
  const { onClose, onStarted } = props;
  return (
    <Dialog title="Import customers" isOpen onClose={onClose} isWide>
      <ImportForm
        onStarted={(started) => {
          toast(`${started.file} has arrived and is being read.`);
          onStarted();
          onClose();
        }}
      />
    </Dialog>
  );
}
