// A link that holds a text as a file.

export default function ({ data, parentElement }) {
  const link = parentElement.querySelector(".download");
  link.textContent = data.label;
  link.download = data.file_name;
  link.href = `data:${data.mime};charset=utf-8,${encodeURIComponent(data.text)}`;
}
